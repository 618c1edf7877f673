"""What is held about somebody's groups, in plain words."""

from collections.abc import Iterator

from markupsafe import Markup

from actions.context import Context
from actions.members.names import group_name
from storage import contributions, groups, members


def group_lines(context: Context) -> Iterator[Markup]:
    """A line for each group they are in: as what, by which name, and how much they have said."""
    for member in members.memberships_of(context.session, chat_id=context.chat_id):
        group = groups.get_group(context.session, member.group_id)
        if group is None:
            continue
        said = contributions.of_member(context.session, member)
        values = {
            "group": group_name(context.session, group, context.say),
            "role": context.say(f"group_role_{member.role}", {}),
            "name": member.name,
            "count": len(said),
        }
        yield context.say("my_data_group_named" if member.named_at else "my_data_group", values)
