// Wires the page together. Each module looks after one part of it.
import { attachments } from "./attachments.js";
import { choices } from "./choices.js";
import { composer } from "./composer.js";
import { menus } from "./menus.js";
import { people } from "./people.js";
import { recorder } from "./recorder.js";
import { stream } from "./stream.js";
import { talk } from "./talk.js";

const log = talk();
const writing = composer(log);
menus(writing);
choices(writing);
attachments(writing);
recorder(writing);
stream(log, people());
writing.rest();
