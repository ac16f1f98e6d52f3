"""A review document to drafts: each shape of document as text, and what is drafted from it."""

from __future__ import annotations

from datetime import date
from textwrap import dedent

import pytest

from actionplan.importers import text
from actionplan.importers.document import Document, Paragraph
from actionplan.importers.drafts import Draft, Drafts, from_json, to_json
from actionplan.importers.review import drafting, headings
from actionplan.importers.review.facts import facts
from actionplan.importers.review.prose import offered


def read(words: str) -> Drafts:
    return drafting.draft(text.read("review.txt", dedent(words).encode(), lambda _: None))


def line(draft: Draft) -> str:
    stated = (draft.kind, draft.ref, draft.timescale, draft.text)
    return " | ".join(part for part in stated if part)


def drafted(words: str) -> list[str]:
    return [line(draft) for draft in read(words).findings]


def test_bullets_under_a_heading_are_findings_and_wrapped_lines_are_joined() -> None:
    words = """
        What needs to improve?
        \u25fc The quality of plans, so that they say what
          will be done and by when.
        \u25fc Early help and decision-
          making.

        The experiences and progress of children in care: good
        1. Children in care are well looked after.
    """
    assert drafted(words) == [
        "improvement | The quality of plans, so that they say what will be done and by when.",
        "improvement | Early help and decision-making.",
    ]


@pytest.mark.parametrize(
    "bullet", ["\uf06e", "\uf0b7", "\uf0a7", "\u2022", "\u25aa", "-", "\u2013", "o", "*"]
)
def test_every_bullet_that_reports_use_is_taken_off(bullet: str) -> None:
    words = f"What needs to improve:\n\n{bullet} the response to risk\n{bullet} clarity of plans\n"
    assert drafted(words) == [
        "improvement | the response to risk",
        "improvement | clarity of plans",
    ]


def test_numbers_of_paragraphs_are_refs_and_two_classes_are_told_apart() -> None:
    words = """
        What does the local authority need to improve?

        Priority and immediate action
        24. Strengthen the front door.
        25. Review every unallocated case.

        Areas for improvement:
        26. Improve plans.

        The local authority's strengths
        27. Staff are committed.
    """
    found = read(words)
    assert [line(draft) for draft in found.findings] == [
        "immediate | 24 | Strengthen the front door.",
        "immediate | 25 | Review every unallocated case.",
        "improvement | 26 | Improve plans.",
    ]
    assert [line(draft) for draft in found.strengths] == ["strength | 27 | Staff are committed."]


def test_a_second_list_is_for_the_board() -> None:
    words = """
        Recommendations
        1. Ensure that managers have oversight.

        Summary for children and young people
        - Some of you wait too long.

        The Local Safeguarding Children Board (LSCB)

        Recommendations
        113. Ensure that the board tests what partners say.

        Inspection findings - the board
        114. The board meets every month.
    """
    assert [(draft.ref, draft.to) for draft in read(words).findings] == [
        ("1", "local authority"),
        ("113", "LSCB"),
    ]


def test_nested_points_belong_to_their_parent() -> None:
    words = """
        Areas for priority action
        \u25fc Leaders need to take urgent action on first contacts. This includes:
            \u2212 enough staff in the hub;
            \u2212 an audit programme.
        \u25fc The police need to improve their records.

        Next steps
    """
    first, second = read(words).findings
    assert first.parts == ("enough staff in the hub;", "an audit programme.")
    assert first.text == (
        "Leaders need to take urgent action on first contacts. This includes: "
        "enough staff in the hub; an audit programme."
    )
    assert second.parts == ()


def test_timescales_stand_over_their_items_and_immediately_is_immediate() -> None:
    words = """
        Areas for improvement
        20. In order to improve services, the local authority should take the
            following action.

            Immediately:

            \u2022 see every child

            Within three months:

            \u2022 complete health assessments

        Outcomes for children
    """
    found = read(words)
    assert [line(draft) for draft in found.findings] == [
        "immediate | Immediately | see every child",
        "improvement | Within three months | complete health assessments",
    ]
    assert [left.why for left in found.left_out] == ["It introduces the list."]


def test_a_list_cut_by_the_foot_of_a_page_is_whole() -> None:
    page = "Inspection of Exshire children's services\n10 to 14 March 2025"
    words = (
        f"Front page\n\n{page}\n1\f"
        "What needs to improve?\n\n\u25fc The response to children who are missing from\n"
        f"  home and\n\n{page}\n2\f"
        f"  from care.\n\u25fc Plans.\n\n{page}\n3\fThe experiences and progress\n\n{page}\n4\n"
    )
    assert drafted(words) == [
        "improvement | The response to children who are missing from home and from care.",
        "improvement | Plans.",
    ]


def test_a_list_of_contents_opens_nothing() -> None:
    words = """
        Contents
        Recommendations                         7
        Summary for children ................. 9
        Information about this inspection      12

        The service is improving.
    """
    assert drafted(words) == []


def test_there_are_none_is_no_finding() -> None:
    words = """
        Areas for priority action
        18. There are no areas for priority action.

        Areas for improvement
        19. Improve supervision.
    """
    found = read(words)
    assert [draft.ref for draft in found.findings] == ["19"]
    assert found.left_out[0].why == "It says that there is nothing of the kind."


def test_a_document_with_no_list_gives_none_and_says_what_stands_there() -> None:
    words = """
        What needs to improve?

        There are very few areas of variability. Leaders know them well and
        are dealing with them.

        The experiences and progress of children in care: outstanding
        1. Children thrive.
    """
    found = read(words)
    assert found.findings == ()
    assert found.left_out[0].text.startswith("There are very few areas")


def test_short_paragraphs_with_no_bullet_are_drafted_with_less_confidence() -> None:
    words = """
        What needs to improve?

        The quality of assessments.

        Placement sufficiency.

        The experiences and progress of children in care: good
    """
    assert [(draft.text, draft.confidence) for draft in read(words).findings] == [
        ("The quality of assessments.", 0.6),
        ("Placement sufficiency.", 0.6),
    ]


def test_recommendations_by_letter_and_by_name() -> None:
    letters = (
        "Key recommendations:\n\na) Agree a vision;\nb) Train members; and\nc) Review the board.\n"
    )
    assert drafted(letters) == [
        "recommendation | a | Agree a vision",
        "recommendation | b | Train members",
        "recommendation | c | Review the board.",
    ]
    named = "Our recommendations\n\nRecommendation 1: Set out a plan.\nRecommendation 2: Test it.\n"
    assert drafted(named) == [
        "recommendation | 1 | Set out a plan.",
        "recommendation | 2 | Test it.",
    ]


def test_a_number_that_stands_alone_belongs_to_what_follows() -> None:
    words = """
        The council must work with its partners to take action to:

        1.
        reduce caseloads;

        2.
        improve supervision.
    """
    assert drafted(words) == [
        "improvement | 1 | reduce caseloads",
        "improvement | 2 | improve supervision.",
    ]


def test_a_statement_of_action_names_its_own_list() -> None:
    words = """
        Areas for development
        \u2022 Waiting times are long.

        The local area is required to submit a written statement of action that
        explains how it will tackle the following areas of significant weakness:
        \u2022 the lack of a strategy for joint commissioning
        \u2022 the quality of plans.
    """
    assert drafted(words) == [
        "immediate | the lack of a strategy for joint commissioning",
        "immediate | the quality of plans.",
    ]


def test_headings_within_a_list_do_not_end_it_but_narrative_does() -> None:
    words = """
        Areas for improvement

        Leadership and management
        \u2022 There are delays in the hub.

        Children who are missing
        \u2022 Return interviews are late.

        Key strengths
        \u2022 Partners work well together.

        Case study: good practice
    """
    found = read(words)
    assert [draft.text for draft in found.findings] == [
        "There are delays in the hub.",
        "Return interviews are late.",
    ]
    assert [draft.text for draft in found.strengths] == ["Partners work well together."]


@pytest.mark.parametrize(
    "words",
    [
        "Progress on recommendations of the last inspection\n\n1. All recommendations were met.\n",
        "Key strengths and weaknesses of the board\n\n1. The board is well attended.\n",
        "What does the area partnership need to do better?\n\n\u2022 Leaders have not acted.\n",
    ],
)
def test_headings_that_narrative_stands_under_open_nothing(words: str) -> None:
    assert drafted(words) == []


# --- prose ----------------------------------------------------------------------------------------

PRESS = """
    A team from the Local Government Association spent a week with the council.
    It found committed staff. It named some areas which need attention, such as
    the stability of the workforce, how performance is reported and the work
    with partners; and two issues for immediate action: decisions at the front
    door, where they are late, and cases that have no social worker.

    The council may want to consider whether its plan has too many priorities.
"""


def test_the_lists_inside_sentences_are_offered_and_nothing_is_drafted() -> None:
    found = read(PRESS)
    assert found.findings == ()
    assert [(draft.kind, draft.text, draft.asks) for draft in found.offered] == [
        ("improvement", "the stability of the workforce", "areas which need attention"),
        ("improvement", "how performance is reported", "areas which need attention"),
        ("improvement", "the work with partners", "areas which need attention"),
        (
            "immediate",
            "decisions at the front door, where they are late",
            "issues for immediate action",
        ),
        ("immediate", "cases that have no social worker", "issues for immediate action"),
        (
            "improvement",
            "The council may want to consider whether its plan has too many priorities.",
            "may want to consider",
        ),
    ]


@pytest.mark.parametrize(
    ("sentence", "members"),
    [
        ("Areas for improvement include thresholds; supervision; and audit.", 3),
        ("We saw two issues for urgent attention: recruitment and retention.", 2),
        ("There are three areas of concern \u2013 vision, vacancies and data.", 3),
        ("Staff told us that things are better.", 0),
    ],
)
def test_a_list_in_a_sentence_has_as_many_members_as_it_says(sentence: str, members: int) -> None:
    assert len(offered([Paragraph(sentence)])) == members


# --- what a document says of itself ---------------------------------------------------------------


def test_a_letter_s_facts_and_the_day_by_which_a_statement_is_due() -> None:
    words = """
        21 February 2022

        Dear Exshire Local Safeguarding Partnership

        Joint targeted area inspection of Exshire

        Ofsted, the Care Quality Commission, HMICFRS and HMI Probation inspected.

        Next steps

        Exshire County Council should prepare a written statement of proposed
        action. It should send the statement by 30 May 2022. We visited by 1 May.
    """
    says = read(words).facts
    assert (says.kind, says.area) == ("jtai", "Exshire")
    assert says.body == "Ofsted, CQC, HMICFRS and HMI Probation"
    assert (says.dated, says.due) == (date(2022, 2, 21), date(2022, 5, 30))
    assert says.title == "Joint targeted area inspection of Exshire"


@pytest.mark.parametrize(
    ("head", "kind", "area"),
    [
        ("Inspection of Exshire local authority children's services", "ilacs", "Exshire"),
        ("Area SEND inspection of East Exshire Local Area Partnership", "send", "East Exshire"),
        ("Focused visit to Exshire County Council children's services", "focused-visit", "Exshire"),
        ("Corporate peer challenge: Exshire District Council", "peer-challenge", ""),
        ("Minutes of a meeting", "", ""),
    ],
)
def test_the_kind_and_the_area_stand_at_the_head(head: str, kind: str, area: str) -> None:
    says = facts(Document((Paragraph(head, 1, size=20), *(Paragraph("Words.", 1, size=12),) * 5)))
    assert says.kind == kind
    assert says.area == area or not area


def test_no_due_date_is_ever_made_up() -> None:
    words = """
        Recommendations
        1. Publish a plan within 70 working days of 1 May 2024.
        2. Improve by 3 June 2024.
    """
    assert read(words).facts.due is None


def test_drafts_survive_the_way_between_the_processes() -> None:
    found = read(PRESS)
    assert from_json(to_json(found)) == found


def test_a_heading_is_known_whatever_its_number_and_punctuation() -> None:
    for heading in (
        "What needs to improve?1",
        "2. Areas for improvement:",
        "Section 2: Recommendations",
    ):
        assert headings.opens(heading) is not None, heading
    assert (
        headings.opens("We made recommendations and the council has acted on all of them since")
        is None
    )
