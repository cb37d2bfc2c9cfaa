using Sineta.Learning.Catalog;
using Sineta.Learning.Progress;

namespace Sineta.Learning.Tests.Progress;

public sealed class QuizGradingTests
{
    private static readonly Question Single = new(1, 9, 1, QuestionKind.Single, "2 + 2", ["três", "quatro"], [1], [], 2.5m, null);
    private static readonly Question Multiple = new(2, 9, 2, QuestionKind.Multiple, "Pares", ["1", "2", "4"], [1, 2], [], 5, null);
    private static readonly Question Short = new(3, 9, 3, QuestionKind.ShortText, "Capital", [], [], ["São Paulo", "Sampa"], 0.5m, null);

    [Theory]
    [InlineData("São Paulo", true)]
    [InlineData("  sao PAULO ", true)]
    [InlineData("sa\u0303o paulo", true)]
    [InlineData("SAMPA", true)]
    [InlineData("São  Paulo", false)]
    [InlineData("Paulo", false)]
    [InlineData("Paulo\uFFFE", false)]
    [InlineData("sao\uFFFE paulo", true)]
    [InlineData("", false)]
    public void A_short_text_is_right_by_any_case_and_accent(string given, bool right) =>
        Assert.Equal(right, QuizGrading.Grade([Short], [new(3, Text: given)]).IsAllRight);

    [Theory]
    [InlineData(new[] { 1, 2 }, true)]
    [InlineData(new[] { 2, 1 }, true)]
    [InlineData(new[] { 1 }, false)]
    [InlineData(new[] { 0, 1, 2 }, false)]
    [InlineData(new int[0], false)]
    public void Of_several_options_exactly_the_right_ones_are_right(int[] chosen, bool right) =>
        Assert.Equal(right, QuizGrading.Grade([Multiple], [new(2, chosen)]).IsAllRight);

    [Fact]
    public void Points_are_those_of_the_right_answers_and_what_is_left_out_is_wrong()
    {
        var graded = QuizGrading.Grade([Single, Multiple, Short], [new(3, Text: " sampa"), new(1, [1])]);

        Assert.Equal((new Score(3, 8), 37.5m), (graded.Score, graded.Score.Percent));
        Assert.False(graded.IsAllRight);
        Assert.Equal("1. quatro\n2. \n3. sampa", graded.Readable());
        Assert.Equal("quatro", QuizGrading.Grade([Single], [new(1, [1])]).Readable());
    }

    [Fact]
    public void What_the_event_cannot_carry_of_an_answer_is_left_out_at_a_whole_character()
    {
        var options = Enumerable.Range(0, 20).Select(_ => new string('é', 1000)).ToArray();
        Question[] questions = [.. Enumerable.Range(1, 3).Select(i => new Question(i, 9, i, QuestionKind.Multiple, "?", options, [0], [], 1, null))];

        var readable = QuizGrading.Grade(questions, [.. questions.Select(q => new QuestionAnswer(q.Id, [.. Enumerable.Range(0, 20)]))]).Readable();

        Assert.InRange(System.Text.Encoding.UTF8.GetByteCount(readable), (16 * 1024) - 1, 16 * 1024);
    }

    [Fact]
    public void Every_fault_of_the_answers_is_named()
    {
        var faults = QuizGrading.FaultsOf([Single, Multiple, Short],
            [new(1, [0, 1]), new(1, [1]), new(2, [3]), new(3, [0]), new(4, [0]), new(2, Text: "2")]);

        Assert.Equal(
            [
                "/answers/0/options", "/answers/1/question_id", "/answers/2/options", "/answers/3/options", "/answers/3/text",
                "/answers/4/question_id", "/answers/5/question_id",
            ], faults.Select(f => f.Pointer));
        Assert.Equal("/answers", Assert.Single(QuizGrading.FaultsOf([Single], [])).Pointer);
    }

    [Theory]
    [InlineData(0, 0, false, 0, false)]
    [InlineData(0, 3, false, 0, false)]
    [InlineData(1, 3, false, 33, false)]
    [InlineData(2, 3, false, 66, false)]
    [InlineData(199, 200, false, 99, false)]
    [InlineData(3, 3, false, 100, true)]
    [InlineData(1, 3, true, 100, false)]
    [InlineData(0, 0, true, 100, false)]
    public void R7_Progress_is_rounded_down_and_R8_stays_100(int done, int all, bool isCompleted, int progress, bool areDone)
    {
        var required = new RequiredContents(done, all);
        Assert.Equal((progress, areDone), (required.Progress(isCompleted), required.AreDone));
    }
}
