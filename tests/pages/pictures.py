"""Makes the pictures of docs/one-page.md: python -m tests.pages.pictures"""

from bot.pages.typesetting import typeset
from tests.pages.made import page
from tests.world import ROOT

SHARPNESS = 60.0
FOLDER = ROOT / "docs" / "pictures"

SHORT = page(
    "Tuesday Soup",
    accent=2,
    about=("Sefton",),
    plan="Two tables, soup on, ten people who come for the soup and stay for a chat.",
)
TOLD = {
    "problem": "There’s tools rusting in sheds all over Kirkby, and kids with nowt to do. I walk"
    " past six of them every morning.",
    "people": "Lads and girls of 12 to 17 on the Northwood estate, about 40 of them. And the older"
    " men who know how to use a lathe.",
    "plan": "Open the old bowls hut three afternoons a week. Tools to lend, a brew, and somebody"
    " who can show you how. What we mend goes back to whoever owns it, or to someone who needs it.",
    "change": "Fewer kids on the corner by the shops. Three or four who say they want an"
    " apprenticeship. And the men get out of the house.",
    "team": "Me, I drove a van for 30 years. Shaz from the food bank. A retired joiner. Our"
    " neighbour’s lad, who can do posters.",
    "needs": "The keys to the hut. Someone who knows about insurance. £800 for benches and a"
    " first-aid box.",
}
MEDIUM = page("The Tool Hut", accent=3, about=("Knowsley", "Maureen and six others"), **TOLD)
LONG = page(
    "A warm, dry place to mend things together in Northwood",
    accent=1,
    about=("Knowsley",),
    problem=TOLD["problem"]
    + " The wardens went two years ago and took the keys with them. Since then the hut has stood"
    " empty, the roof is still good, and the council pays a man to drive round and look at it."
    "\nI asked in the paper shop. Eleven people said they have tools they would lend. Nobody said"
    " it was a daft idea, and they usually do.",
    people=TOLD["people"]
    + " Mums who can’t get a pram fixed. Anyone whose bike is in bits. We counted 23 bikes in bits"
    " on two landings.",
    plan=TOLD["plan"]
    + "\nMonday is for bikes, Wednesday for wood, Friday for anything with a plug, when the man"
    " from the electric shop can come. Nobody pays. Who can, puts something in the tin."
    "\nIn the holidays we would open in the mornings too, with toast, because that is when the"
    " kids are hungry and the shops get bother.",
    change=TOLD["change"]
    + " We’d keep a book by the door: who came, what was mended, who made the tea. After a year"
    " we’d know if it’s the same six people or half the estate.",
    team=TOLD["team"]
    + " The caretaker of the school says he’d lock up. My sister does the books for the bowls"
    " club and would do ours.",
    needs=TOLD["needs"]
    + " A sign. Somebody who has done this before and can tell us what we’ve not thought of,"
    " before it goes wrong and not after.",
)
ARABIC = page(
    "كوخ الأدوات",
    accent=0,
    about=("Liverpool",),
    problem="هناك أدوات تصدأ في المخازن، وأطفال لا يجدون ما يفعلونه بعد المدرسة. أراهم كل يوم من"
    " نافذتي.",
    people="شباب الحي من ١٢ إلى ١٧ سنة، حوالي ٤٠ شخصًا، وكبار السن الذين يعرفون الحِرَف.",
    plan="نفتح الكوخ القديم ثلاثة أيام في الأسبوع: أدوات للإعارة، وكوب شاي، ومن يعلّم.",
    change="عدد أقل من الأطفال في الشارع، وأصدقاء جدد بين الكبار والصغار.",
    team="أنا وجارتي، ونجار متقاعد.",
    needs="مفاتيح الكوخ، ومن يفهم في التأمين.",
)
MANY = page(
    "Ogródek dla każdego – Сад для всіх",
    accent=1,
    about=("St Helens",),
    problem="Na naszym osiedlu nie ma gdzie usiąść. Ławki zniknęły dwa lata temu.",
    people="Близько 50 родин, що приїхали торік, та їхні діти. 🌻",
    plan="每个星期二在老会馆做饭，大家一起吃。带上你的锅！",
    change="لوگ ایک دوسرے کو فون کریں گے، اور شام کو باغ میں بیٹھیں گے۔",
    team="Just us two for now, and *anyone* with #seeds. We have £12.",
)
GROUP = page(
    "A garden behind the flats",
    accent=1,
    about=("Wirral", "Nan’s gardeners of Example Road", "Ann, Ben, Cat, Dan, Eve, Fay and 12 more"),
    problem="Forty flats look out on a locked yard. Older neighbours sit inside, and the kids too.",
    plan="Raised beds that you can reach from a chair, a bench, and a kettle on Saturdays.",
    change="People who know each other’s names, and something to eat in August.",
    team="Eighteen of us. Two have had allotments for years.",
)

if __name__ == "__main__":
    shown = {"short": SHORT, "medium": MEDIUM, "long": LONG, "arabic": ARABIC, "many": MANY}
    shown["group"] = GROUP
    for name, values in shown.items():
        picture = typeset(values, sharpness=SHARPNESS).picture
        (FOLDER / f"page-{name}.png").write_bytes(picture)
