from onrecord.index.readers.blocks import find_blocks


def test_each_line_is_a_block_and_a_slice_of_the_page() -> None:
    page = "  One line. \n\n\u00a0\nTwo\nThree\n"
    blocks = find_blocks(page)
    assert [(block.text, block.gap) for block in blocks] == [
        ("One line.", True), ("Two", True), ("Three", False),
    ]  # fmt: skip
    assert all(page[b.start : b.start + len(b.text)] == b.text for b in blocks)


def test_hard_wrapped_lines_join_to_paragraphs() -> None:
    lines = ["the water of the river rose again for many days and nobody"] * 4 + ["left."]
    paragraph = "\n".join(lines)
    blocks = find_blocks(f"{paragraph}\n\n{paragraph}\n\n{paragraph}")
    assert [block.text for block in blocks] == [paragraph] * 3


def test_sentences_end_inside_quotes_and_in_other_scripts() -> None:
    ends = [block.ends_sentence for block in find_blocks('He said "no."\n终于。\nA headline')]
    assert ends == [True, True, False]


def test_a_line_of_a_million_spaces_is_read_in_one_pass() -> None:
    assert [
        block.text for block in find_blocks("a" + " " * 1_000_000 + "\n" + " " * 1_000_000)
    ] == ["a"]
