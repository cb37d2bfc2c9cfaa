using Sineta.Learning.Catalog;
using static Sineta.Learning.Tests.Catalog.CatalogFixture;

namespace Sineta.Learning.Tests.Catalog;

public sealed class QuestionRulesTests
{
    private static readonly QuestionDraft ShortText = new() { Kind = "short_text", Text = "Diga uma.", RightTexts = ["Ipê"] };

    [Theory]
    [InlineData(1), InlineData(0, 2), InlineData(0, 1, 2)]
    public void A_choice_has_right_options_among_its_options(params int[] right) => Assert.Equal("", Pointers(Choice(right)));

    [Theory]
    [InlineData("single"), InlineData("single", 0, 1), InlineData("single", 3), InlineData("single", -1), InlineData("multiple")]
    [InlineData("multiple", 1, 1), InlineData("multiple", 0, 3)]
    public void Right_options_that_are_none_are_too_many_or_twice_are_a_fault(string kind, params int[] right) =>
        Assert.Equal("/right_options", Pointers(Choice(right) with { Kind = kind }));

    [Theory]
    [InlineData(1, "/options"), InlineData(2, ""), InlineData(20, ""), InlineData(21, "/options")]
    public void A_choice_has_2_to_20_options(int count, string pointers) =>
        Assert.Equal(pointers, Pointers(Choice(0) with { Options = [.. Enumerable.Range(0, count).Select(i => $"{i}")] }));

    [Fact]
    public void Each_option_is_a_text_of_its_own() =>
        Assert.Equal(
            "/options/1 /options/2 /options/3 /options/4",
            Pointers(Choice(0) with { Options = ["ipê", " ", "ipê", new string('a', 1001), "a\nb", "Ipê"] }));

    [Theory]
    [InlineData("0.01", ""), InlineData("10000", ""), InlineData("2.50", ""), InlineData("0", "/points"), InlineData("-1", "/points")]
    [InlineData("0.001", "/points"), InlineData("10000.01", "/points")]
    public void Points_are_over_0_up_to_10000_with_two_decimals(string points, string pointers) => Assert.Equal(
        pointers, Pointers(ShortText with { Points = decimal.Parse(points, System.Globalization.CultureInfo.InvariantCulture) }));

    [Fact]
    public void A_short_text_has_1_to_20_right_texts_and_no_options()
    {
        Assert.Equal("", Pointers(ShortText));
        Assert.Equal("/right_texts", Pointers(ShortText with { RightTexts = [] }));
        Assert.Equal("/right_texts", Pointers(ShortText with { RightTexts = [.. Enumerable.Repeat("a", 21)] }));
        Assert.Equal("/right_texts/1", Pointers(ShortText with { RightTexts = ["a", "\t"] }));
        Assert.Equal("/options /right_options", Pointers(ShortText with { Options = ["a"], RightOptions = [0] }));
        Assert.Equal("/right_texts", Pointers(Choice(1) with { RightTexts = ["a"] }));
    }

    [Fact]
    public void Every_fault_is_named_at_once() => Assert.Equal(
        "/explanation /kind /points /text",
        Pointers(new QuestionDraft { Kind = "essay", Text = " ", Points = 0, Explanation = new string('a', 16 * 1024 + 1) }));

    private static string Pointers(QuestionDraft draft) =>
        string.Join(' ', QuestionRules.FaultsOf(draft, at: "").Select(f => f.Pointer).Order(StringComparer.Ordinal));
}
