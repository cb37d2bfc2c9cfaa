using Sineta.Events;

namespace Sineta.Learning.Catalog;

/// <summary>What a question of a quiz can be.</summary>
public static class QuestionRules
{
    internal const int MostPoints = 10_000;

    private const int LeastOptions = 2;
    /// <summary>How many options a question may have.</summary>
    public const int MostOptions = 20;

    private const int MostTexts = 20;
    private const int MaxOption = 1000;

    internal static QuestionDraft Trim(QuestionDraft draft) => draft with
    {
        Text = draft.Text?.Trim(),
        Options = [.. draft.Options.Select(o => o.Trim())],
        RightTexts = [.. draft.RightTexts.Select(t => t.Trim())],
        Explanation = Texts.Trimmed(draft.Explanation),
    };

    /// <summary>Every fault.</summary>
    /// <param name="at">The question's own JSON pointer, before its fields'.</param>
    public static IEnumerable<Fault> FaultsOf(QuestionDraft draft, string at)
    {
        if (Texts.FaultOfGiven(draft.Text) is { } text)
            yield return new($"{at}/text", text);
        if (draft.Points is <= 0 or > MostPoints || decimal.Round(draft.Points, 2) != draft.Points)
            yield return new($"{at}/points", $"Must be over 0 and up to {MostPoints}, with at most two decimals.");
        if (Texts.FaultOf(draft.Explanation) is { } explanation)
            yield return new($"{at}/explanation", explanation);
        if (!Words.TryParse<QuestionKind>(draft.Kind, out var kind))
        {
            yield return new($"{at}/kind", Words.FaultOf<QuestionKind>());
            yield break;
        }

        foreach (var fault in kind is QuestionKind.ShortText ? FaultsOfShortText(draft, at) : FaultsOfChoice(draft, kind, at))
            yield return fault;
    }

    private static IEnumerable<Fault> FaultsOfShortText(QuestionDraft draft, string at)
    {
        if (draft.RightTexts.Count is < 1 or > MostTexts)
            yield return new($"{at}/right_texts", $"Must be 1 to {MostTexts} texts.");
        for (var i = 0; i < Math.Min(draft.RightTexts.Count, MostTexts); i++)
        {
            if (Names.FaultOf(draft.RightTexts[i]) is { } fault)
                yield return new($"{at}/right_texts/{i}", fault);
        }

        if (draft.Options.Count > 0)
            yield return new($"{at}/options", "Are not for a question of kind short_text.");
        if (draft.RightOptions.Count > 0)
            yield return new($"{at}/right_options", "Are not for a question of kind short_text.");
    }

    private static IEnumerable<Fault> FaultsOfChoice(QuestionDraft draft, QuestionKind kind, string at)
    {
        if (draft.Options.Count is < LeastOptions or > MostOptions)
            yield return new($"{at}/options", $"Must be {LeastOptions} to {MostOptions} options.");
        for (var i = 0; i < Math.Min(draft.Options.Count, MostOptions); i++)
        {
            if (FaultOfOption(draft.Options, i) is { } fault)
                yield return new($"{at}/options/{i}", fault);
        }

        if (draft.RightOptions.Count == 0 || draft.RightOptions.Distinct().Count() < draft.RightOptions.Count
            || draft.RightOptions.Any(right => right < 0 || right >= draft.Options.Count))
            yield return new($"{at}/right_options", "Must be the places of the right options, from 0, each once.");
        else if (kind is QuestionKind.Single && draft.RightOptions.Count > 1)
            yield return new($"{at}/right_options", "Must be exactly one: of several right ones the kind is multiple.");
        if (draft.RightTexts.Count > 0)
            yield return new($"{at}/right_texts", "Are only for a question of kind short_text.");
    }

    private static string? FaultOfOption(IReadOnlyList<string> options, int at)
    {
        var option = options[at];
        if (string.IsNullOrWhiteSpace(option) || option.Length > MaxOption || option.Any(char.IsControl))
            return $"Must be 1 to {MaxOption} characters, with no control characters.";
        return options.Take(at).Contains(option, StringComparer.Ordinal) ? "Is there before." : null;
    }
}
