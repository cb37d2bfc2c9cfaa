using System.Text;
using Sineta.Events;
using Sineta.Learning.Catalog;

namespace Sineta.Learning.Progress;

/// <summary>What was given for one question: the places of the chosen options, from 0, or a text.</summary>
public sealed record QuestionAnswer(long QuestionId, IReadOnlyList<int>? Options = null, string? Text = null);

/// <summary>One question of a submission: what was given, as it can be read, and whether it is right.</summary>
public sealed record GradedAnswer(long QuestionId, string Given, bool Correct, decimal Points);

/// <summary>A submission, graded.</summary>
public sealed record GradedQuiz(IReadOnlyList<GradedAnswer> Answers, Score Score)
{
    public bool IsAllRight => Answers.All(static a => a.Correct);

    /// <summary>What was given, a line for each question, as far as the event can carry it.</summary>
    public string Readable()
    {
        var text = Answers.Count == 1 ? Answers[0].Given : string.Join('\n', Answers.Select(static (a, i) => $"{i + 1}. {a.Given}"));
        var bytes = 0;
        var length = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if ((bytes += rune.Utf8SequenceLength) > Texts.Long)
                break;
            length += rune.Utf16SequenceLength;
        }

        return text[..length];
    }
}

/// <summary>Grades quizzes: one option, exactly the right set of options, or a text whatever its case and accents.</summary>
public static class QuizGrading
{
    private const int MaxText = 1000;

    /// <summary>Every fault of the answers. A question that is left out is answered wrong, and no fault.</summary>
    public static IReadOnlyList<Fault> FaultsOf(IReadOnlyList<Question> questions, IReadOnlyList<QuestionAnswer> answers)
    {
        List<Fault> faults = [];
        if (answers.Count == 0)
            faults.Add(new("/answers", "Must be given."));
        for (var i = 0; i < answers.Count; i++)
        {
            var id = answers[i].QuestionId;
            if (questions.FirstOrDefault(q => q.Id == id) is not { } question)
                faults.Add(new($"/answers/{i}/question_id", "Is no question of this quiz."));
            else if (answers.Take(i).Any(a => a.QuestionId == id))
                faults.Add(new($"/answers/{i}/question_id", "Is answered before."));
            else
                faults.AddRange(FaultsOf(question, answers[i], $"/answers/{i}"));
        }

        return faults;
    }

    /// <param name="questions">At least one, in order.</param>
    /// <param name="answers">Without faults.</param>
    public static GradedQuiz Grade(IReadOnlyList<Question> questions, IReadOnlyList<QuestionAnswer> answers)
    {
        var byQuestion = answers.ToDictionary(static a => a.QuestionId);
        GradedAnswer[] graded = [.. questions.Select(q => Grade(q, byQuestion.GetValueOrDefault(q.Id)))];
        return new GradedQuiz(graded, new Score(graded.Sum(static a => a.Points), questions.Sum(static q => q.Points)));
    }

    /// <summary>Whether two texts are the same but for case, accents and space around them.</summary>
    internal static bool IsSameText(string one, string other) => Plain(one) == Plain(other);

    private static GradedAnswer Grade(Question question, QuestionAnswer? answer)
    {
        var (given, correct) = question.Kind is QuestionKind.ShortText
            ? (answer?.Text?.Trim() ?? "", answer?.Text is { } text && question.RightTexts.Any(right => IsSameText(right, text)))
            : (string.Join(", ", (answer?.Options ?? []).Order().Select(o => question.Options[o])),
                question.RightOptions.Order().SequenceEqual((answer?.Options ?? []).Order()));
        return new GradedAnswer(question.Id, given, correct, correct ? question.Points : 0);
    }

    private static IEnumerable<Fault> FaultsOf(Question question, QuestionAnswer answer, string at)
    {
        if (question.Kind is QuestionKind.ShortText)
        {
            if (answer.Options is not null)
                yield return new($"{at}/options", "The question is answered with a text.");
            if (answer.Text is null || answer.Text.Length > MaxText || answer.Text.Contains('\0', StringComparison.Ordinal))
                yield return new($"{at}/text", $"Must be a text of at most {MaxText} characters, without U+0000.");
            yield break;
        }

        if (answer.Text is not null)
            yield return new($"{at}/text", "The question is answered with options.");
        var options = answer.Options;
        if (options is null || options.Distinct().Count() < options.Count || options.Any(o => o < 0 || o >= question.Options.Count))
            yield return new($"{at}/options", $"Must be places of options, 0 to {question.Options.Count - 1}, each once.");
        else if (question.Kind is QuestionKind.Single && options.Count > 1)
            yield return new($"{at}/options", "Must be one option.");
    }

    private static string Plain(string text) => string.Concat(Spelling.Plain(text).Select(static r => Rune.ToUpperInvariant(r).ToString()));
}
