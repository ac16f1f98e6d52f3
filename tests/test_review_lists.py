"""A review document to drafts: each shape of document as text, and what is drafted from it."""

from __future__ import annotations

from datetime import date
from textwrap import dedent

import pytest

from actionplan.importers import text
from actionplan.importers.document import Cell, Document, Paragraph
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
    "bullet", ["\uf06e", "\uf0b7", "\uf0a7", "\u2022", "\u25aa", "-", "\u2013", "o", "*", "n"]
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
        "recommendation | b | Train members; and",
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


def printed(words: str, page: int = 1, *, size: float = 12.0, mark: str = "") -> Paragraph:
    return Paragraph(words, page, mark, 40.0, size=size, bold=size > 12)


def found_in(*paragraphs: Paragraph) -> list[str]:
    body = printed("Inspectors read the files of many children. " * 9)
    return [line(each) for each in drafting.draft(Document((body, *paragraphs))).findings]


def test_a_heading_as_high_as_the_list_s_own_ends_it_after_items_under_no_theme() -> None:
    assert found_in(
        printed("What needs to improve?", size=14),
        printed("Supervision.", mark="\u25a0"),
        printed("The front door", size=14),
        printed("Referrals are screened quickly.", mark="\u25a0"),
    ) == ["improvement | Supervision."]


def test_a_list_of_the_last_inspection_opens_nothing() -> None:
    words = """
        Areas for improvement from the last inspection

        \u2022 Plans were weak.

        What needs to improve?

        \u2022 Life-story work.
    """
    assert drafted(words) == ["improvement | Life-story work."]


def test_a_list_goes_on_under_its_heading_repeated_overleaf() -> None:
    assert found_in(
        printed("What needs to improve?", size=14),
        printed("Supervision.", mark="\u25a0"),
        printed("What needs to improve? (continued)", 2, size=14),
        printed("Recording.", 2, mark="\u25a0"),
    ) == ["improvement | Supervision.", "improvement | Recording."]


def test_a_sentence_between_a_timescale_and_its_items_does_not_hide_the_timescale() -> None:
    words = """
        Recommendations

        For immediate action

        The local partnership should:

        \u2022 assess all referrals

        Within six months

        The local partnership should:

        \u2022 reduce exclusions.
    """
    assert drafted(words) == [
        "immediate | For immediate action | assess all referrals",
        "recommendation | Within six months | reduce exclusions.",
    ]


def test_a_list_goes_on_behind_a_case_study() -> None:
    assert found_in(
        printed("Areas for improvement", size=16),
        printed("The police", size=13),
        printed("Recording is poor.", mark="\u2022"),
        printed("Case study: good practice", size=13),
        printed("A child was seen on the same day."),
        printed("Health", size=13),
        printed("Records do not show risks.", mark="\u2022"),
    ) == ["improvement | Recording is poor.", "improvement | Records do not show risks."]


def test_numbered_themes_within_a_list_are_no_items() -> None:
    assert found_in(
        printed("5. Recommendations", size=16, mark=""),
        printed("Leadership", size=14, mark="5.1"),
        printed("Publish the strategy.", mark="R1"),
        printed("Practice", size=14, mark="5.2"),
        printed("Audit the work.", mark="R2"),
    ) == ["recommendation | R1 | Publish the strategy.", "recommendation | R2 | Audit the work."]


def test_letters_under_a_number_that_only_leads_on_are_items_but_not_under_one_of_several() -> None:
    words = """
        Areas for improvement

        3. To comply, the council must work with its partners to take action to:
           a. reduce caseloads;
           b. put supervision in place.
    """
    assert drafted(words) == [
        "improvement | a | reduce caseloads",
        "improvement | b | put supervision in place.",
    ]
    words = """
        Recommendations

        1. Health should:
           a. see children; and
           b. record it.
        2. The board should test the policy.
    """
    assert drafted(words) == [
        "recommendation | 1 | Health should: see children; and record it.",
        "recommendation | 2 | The board should test the policy.",
    ]


def in_cell(words: str, page: int, row: int, column: int, mark: str = "") -> Paragraph:
    return Paragraph(words, page, mark, size=12.0, bold=row == 0, cell=Cell(page, row, column))


def test_a_row_goes_on_overleaf_below_the_heads_of_its_table_printed_again() -> None:
    heads = ("Responsible body", "Areas for priority action")
    assert found_in(
        printed("Areas for priority action", size=16),
        *(in_cell(words, 1, 0, column) for column, words in enumerate(heads)),
        in_cell("Exshire County Council", 1, 1, 0),
        in_cell("Leaders should mend the plans so that they", 1, 1, 1),
        *(in_cell(words, 2, 0, column) for column, words in enumerate(heads)),
        in_cell("say what will change.", 2, 1, 1),
        in_cell("NHS Exshire", 2, 2, 0),
        in_cell("Leaders should reduce waits.", 2, 2, 1),
    ) == [
        "immediate | Leaders should mend the plans so that they say what will change.",
        "immediate | Leaders should reduce waits.",
    ]


def test_points_overleaf_belong_to_the_row_that_the_page_cut() -> None:
    assert found_in(
        printed("Areas for improvement", size=16),
        in_cell("Areas for improvement", 1, 0, 0),
        in_cell("The partnership should write its strategy, including:", 1, 1, 0),
        in_cell("setting measures", 2, 0, 0, mark="\u2022"),
        in_cell("testing them.", 2, 0, 0, mark="\u2022"),
    ) == [
        "improvement | The partnership should write its strategy, including: setting measures; "
        "testing them."
    ]


def test_each_item_of_a_cell_that_holds_only_a_list_is_one() -> None:
    assert found_in(
        in_cell("Strengths", 1, 0, 0),
        in_cell("Areas for consideration", 1, 0, 1),
        in_cell("Staff stay.", 1, 1, 0, mark="\u2022"),
        in_cell("Test what changes.", 1, 1, 1, mark="\u2022"),
        in_cell("Share data.", 1, 1, 1, mark="\u2022"),
    ) == ["improvement | Test what changes.", "improvement | Share data."]


def test_one_body_beside_several_rows_is_that_of_each() -> None:
    document = Document((
        printed("Areas for priority action", size=16),
        in_cell("Responsible body", 1, 0, 0),
        in_cell("Areas for priority action", 1, 0, 1),
        in_cell("Exshire County Council", 1, 1, 0),
        in_cell("Leaders should mend the plans.", 1, 1, 1),
        in_cell("Leaders should reduce waits.", 1, 2, 1),
    ))  # fmt: skip
    bodies = [each.responsible for each in drafting.draft(document).findings]
    assert bodies == ["Exshire County Council"] * 2


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


@pytest.mark.parametrize(
    ("sentence", "due"),
    [
        ("The plan must be received by 12 noon on Monday, 5 June 2023.", date(2023, 6, 5)),
        ("Send the statement of action to Ofsted by 5.00pm on 5 June 2023.", date(2023, 6, 5)),
        ("Send the statement of action by the 5th of June, 2023.", date(2023, 6, 5)),
        ("Send the statement of action by 05/06/2023.", date(2023, 6, 5)),
        ("Send the statement of action by 5 Sept 2023.", date(2023, 9, 5)),
        ("The council was required to send an action plan by 5 June 2023, and did.", None),
        ("Their plan is to recruit by 5 June 2023, and to provide updates.", None),
        ("Send the statement of action by 5 June 2021.", None),
        ("Send the statement of action within 70 working days.", None),
        ("Send the statement of action by the end of June 2023.", None),
    ],
)
def test_a_due_day_in_the_words_of_letters(sentence: str, due: date | None) -> None:
    assert read(f"3 January 2023\n\nDear Director\n\n{sentence}\n").facts.due == due


def test_the_head_of_a_report_with_no_place_names_none() -> None:
    words = "Inspection of local authority arrangements for the protection of children\n"
    assert read(words).facts.area == ""


def test_a_letter_is_of_its_own_day_and_not_of_the_report_s_that_it_speaks_of() -> None:
    told = (
        "We visited after the inspection report on your services to children, which was published"
    )
    words = f"7 June 2022\n\nDear Director\n\n{told} on 3 May 2019, and found progress.\n"
    assert read(words).facts.dated == date(2022, 6, 7)


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


def test_a_text_pasted_with_no_blank_lines_has_headings_still() -> None:
    words = (
        "Recommendations\n"
        "Leadership\n"
        "1. Publish a plan.\n"
        "2. Hear children.\n"
        "Inspection findings\n"
        "3. Leaders know their service well.\n"
        "4. Social workers visit children often.\n"
        "5. Plans are clear.\n"
        "6. Homes are good.\n"
    )
    assert drafted(words) == [
        "recommendation | 1 | Publish a plan.",
        "recommendation | 2 | Hear children.",
    ]
