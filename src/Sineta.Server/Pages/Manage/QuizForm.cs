using System.Globalization;
using Sineta.Learning;
using Sineta.Learning.Catalog;

namespace Sineta.Server.Pages.Manage;

/// <summary>
/// The questions of a quiz as fields of a form. The fields of the third question begin with <c>q2_</c>; its second option is <c>q2_o1</c>.
/// Questions and options come and go by buttons that send the form without saving it, so that it works without JavaScript.
/// </summary>
internal static class QuizForm
{
    /// <summary>More than the largest quiz has, each option with its text and its mark.</summary>
    public const int MostFields = ContentRules.MostQuestions * (2 * QuestionRules.MostOptions + 20);

    private const int NewOptions = 3;
    private const int LeastOptions = 2;

    /// <summary>How many questions the form has.</summary>
    public static int CountOf(Form form) => form.TextOrNull("questions") is { } text
            && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? Math.Min(count, ContentRules.MostQuestions + 1) : 0;

    public static int OptionsOf(Form form, int question) => form.TextOrNull($"q{question}_options") is { } text
            && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? Math.Min(count, QuestionRules.MostOptions + 1) : 0;

    public static void Put(Form form, IEnumerable<QuestionDraft> questions) => Put(form, [.. questions.Select(static q => new Question(
        q.Id?.ToString(CultureInfo.InvariantCulture) ?? "", q.Kind!, q.Text ?? "", q.Points.ToString("0.##", CultureInfo.InvariantCulture),
        q.Explanation ?? "", string.Join('\n', q.RightTexts), [.. q.Options.Select((text, i) => (text, q.RightOptions.Contains(i)))]))]);

    /// <summary>
    /// What was typed, options that were left empty apart; what is no number is refused in the form, which has the same questions then.
    /// </summary>
    public static IReadOnlyList<QuestionDraft> Read(Form form)
    {
        var questions = Fields(form);
        foreach (var question in questions)
            question.Options.RemoveAll(static o => o.Text.Trim().Length == 0 && !o.IsRight);
        Put(form, questions);
        return [.. questions.Select((question, i) => DraftOf(form, question, i))];
    }

    /// <summary>Does what one of the buttons asks for; false where none was pressed, so that the form is to be saved.</summary>
    public static bool Rearrange(Form form)
    {
        if (form.TextOrNull("do")?.Split(':') is not { } asked)
            return false;
        var questions = Fields(form);
        var at = asked.Length > 1 && int.TryParse(asked[1], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1;
        if (asked is ["add", var kind] && Words.TryParse<QuestionKind>(kind, out _))
        {
            questions.Add(new Question("", kind, "", "1", "", "",
                [.. Enumerable.Repeat(("", false), kind == "short_text" ? 0 : NewOptions)]));
            form.Focus = $"q{questions.Count - 1}_text";
        }
        else if (at >= 0 && at < questions.Count)
        {
            form.Focus = Rearrange(questions, asked, at);
        }

        Put(form, questions);
        form.Remove("do");
        return true;
    }

    /// <summary>The field of a fault of the questions; null where it is of something else.</summary>
    public static string? FieldOf(string pointer) => pointer.TrimStart('/').Split('/') switch
    {
        ["questions", var i, "options"] => $"q{i}_choice",
        ["questions", var i, "options", var option] => $"q{i}_o{option}",
        ["questions", var i, "right_options", ..] => $"q{i}_choice",
        ["questions", var i, "right_texts", ..] => $"q{i}_texts",
        ["questions", var i, var field] => $"q{i}_{field}",
        ["questions"] => "questions",
        _ => null,
    };

    /// <returns>The field in which the person goes on: what was pressed may be gone.</returns>
    private static string Rearrange(List<Question> questions, string[] asked, int at)
    {
        var question = questions[at];
        switch (asked)
        {
            case ["remove", _]:
                questions.RemoveAt(at);
                return questions.Count == 0 ? "questions" : $"q{Math.Min(at, questions.Count - 1)}_text";
            case ["up", _] when at > 0:
                (questions[at - 1], questions[at]) = (question, questions[at - 1]);
                return $"q{at - 1}_text";
            case ["down", _] when at < questions.Count - 1:
                (questions[at + 1], questions[at]) = (question, questions[at + 1]);
                return $"q{at + 1}_text";
            case ["option", _]:
                question.Options.Add(("", false));
                return $"q{at}_o{question.Options.Count - 1}";
            case ["drop", _, var option] when int.TryParse(option, NumberStyles.None, CultureInfo.InvariantCulture, out var o)
                && o < question.Options.Count:
                question.Options.RemoveAt(o);
                return $"q{at}_o{Math.Min(o, Math.Max(question.Options.Count, LeastOptions) - 1)}";
            default:
                return $"q{at}_text";
        }
    }

    private static QuestionDraft DraftOf(Form form, Question question, int at)
    {
        var isRead = decimal.TryParse(
            question.Points.Replace(',', '.'), NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture,
            out var points);
        if (!isRead)
            form.Refuse($"q{at}_points", ManageTexts.MustBeDecimal);
        return new QuestionDraft
        {
            Id = long.TryParse(question.Id, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null,
            Kind = question.Kind,
            Text = question.Text,
            Options = [.. question.Options.Select(static o => o.Text)],
            RightOptions = [.. question.Options.Index().Where(static o => o.Item.IsRight).Select(static o => o.Index)],
            RightTexts = question.Texts.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
            Points = isRead ? points : 1,
            Explanation = question.Explanation,
        };
    }

    private static List<Question> Fields(Form form) => [.. Enumerable.Range(0, CountOf(form)).Select(i => new Question(
        form.Text($"q{i}_id"), form.Text($"q{i}_kind"), form.Raw($"q{i}_text"), form.Text($"q{i}_points"), form.Raw($"q{i}_explanation"),
        form.Raw($"q{i}_texts"),
        [.. Enumerable.Range(0, OptionsOf(form, i)).Select(o => (form.Raw($"q{i}_o{o}"), form.Has($"q{i}_right", $"{o}")))]))];

    private static void Put(Form form, List<Question> questions)
    {
        form.Put("questions", questions.Count.ToString(CultureInfo.InvariantCulture));
        foreach (var (i, question) in questions.Index())
        {
            while (question.Kind != "short_text" && question.Options.Count < LeastOptions)
                question.Options.Add(("", false));
            form.Put($"q{i}_id", question.Id);
            form.Put($"q{i}_kind", question.Kind);
            form.Put($"q{i}_text", question.Text);
            form.Put($"q{i}_points", question.Points);
            form.Put($"q{i}_explanation", question.Explanation);
            form.Put($"q{i}_texts", question.Texts);
            form.Put($"q{i}_options", question.Options.Count.ToString(CultureInfo.InvariantCulture));
            form.Put($"q{i}_right", question.Options.Index().Where(static o => o.Item.IsRight).Select(static o => $"{o.Index}").ToArray());
            foreach (var (o, option) in question.Options.Index())
                form.Put($"q{i}_o{o}", option.Text);
        }
    }

    /// <summary>A question as it was typed.</summary>
    private sealed record Question(
        string Id, string Kind, string Text, string Points, string Explanation, string Texts, List<(string Text, bool IsRight)> Options);
}
