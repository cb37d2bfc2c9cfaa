using System.Diagnostics.CodeAnalysis;
using Sineta.Events;

namespace Sineta.Learning.Catalog;

/// <summary>What a content can be: which of its fields a kind needs, may have and refuses.</summary>
public static class ContentRules
{
    /// <summary>Percent of a medium that have to be played, unless the author says otherwise.</summary>
    public const int DefaultShare = 90;

    internal const int MostAttempts = 1000;

    /// <summary>How many questions a quiz may have.</summary>
    public const int MostQuestions = 100;


    private const int MostBody = 128 * 1024;
    private const int MaxUrl = 2048;

    private static readonly DateTimeOffset FirstStart = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset LastStart = new(2999, 12, 31, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Every fault, by JSON pointer, and the draft as it will be kept.</summary>
    public static (ContentDraft Canonical, IReadOnlyList<Fault> Faults) Check(ContentDraft draft)
    {
        List<Fault> faults = [];
        var canonical = draft with
        {
            Title = draft.Title?.Trim(),
            Body = Texts.Trimmed(draft.Body),
            Url = Texts.Trimmed(draft.Url),
            Explanation = Texts.Trimmed(draft.Explanation),
            Questions = [.. draft.Questions.Select(QuestionRules.Trim)],
        };
        if (Names.FaultOf(draft.Title) is { } title)
            faults.Add(new("/title", title));
        if (draft.Position < 1)
            faults.Add(new("/position", "Must be 1 or more."));
        if (Texts.FaultOf(canonical.Body, MostBody) is { } body)
            faults.Add(new("/body", body));
        if (Texts.FaultOf(canonical.Explanation) is { } explanation)
            faults.Add(new("/explanation", explanation));
        if (canonical.Url is { } url && !IsUrl(url))
            faults.Add(new("/url", $"Must be an http or https URL of at most {MaxUrl} characters, without credentials."));
        if (!Words.TryParse<ContentKind>(draft.Kind, out var kind))
            return (canonical, [.. faults, new("/kind", Words.FaultOf<ContentKind>())]);
        faults.AddRange(FaultsOfKind(kind, canonical));
        return (kind is ContentKind.Video or ContentKind.Audio
            ? canonical with { RequiredShare = canonical.RequiredShare ?? DefaultShare } : canonical, faults);
    }

    /// <summary>Whether an uploaded file of this media type can be a content of this kind.</summary>
    public static bool Takes(ContentKind kind, string mediaType) => kind switch
    {
        ContentKind.Video => mediaType.StartsWith("video/", StringComparison.Ordinal),
        ContentKind.Audio => mediaType.StartsWith("audio/", StringComparison.Ordinal),
        ContentKind.Pdf => mediaType == "application/pdf",
        _ => false,
    };

    private static IEnumerable<Fault> FaultsOfKind(ContentKind kind, ContentDraft draft) => kind switch
    {
        ContentKind.Text => [.. Needs("/body", draft.Body), .. RefusesAllBut(kind, draft)],
        ContentKind.Video or ContentKind.Audio => [.. NeedsPlace(draft), .. FaultsOfShare(draft), .. RefusesAllBut(kind, draft)],
        ContentKind.Pdf => [.. NeedsPlace(draft), .. RefusesAllBut(kind, draft)],
        ContentKind.Live => [.. Needs("/url", draft.Url), .. FaultsOfStart(draft), .. RefusesAllBut(kind, draft)],
        _ => [.. FaultsOfQuiz(draft), .. RefusesAllBut(kind, draft)],
    };

    private static IEnumerable<Fault> RefusesAllBut(ContentKind kind, ContentDraft draft)
    {
        var isMedium = kind is ContentKind.Video or ContentKind.Audio;
        (string Pointer, bool Given, bool Taken)[] fields =
        [
            ("/url", draft.Url is not null, isMedium || kind is ContentKind.Pdf or ContentKind.Live),
            ("/file_id", draft.FileId is not null, isMedium || kind is ContentKind.Pdf),
            ("/required_share", draft.RequiredShare is not null, isMedium),
            ("/starts_at", draft.StartsAt is not null, kind is ContentKind.Live),
            ("/max_attempts", draft.MaxAttempts is not null, kind is ContentKind.Quiz),
            ("/questions", draft.Questions.Count > 0, kind is ContentKind.Quiz),
        ];
        return fields.Where(f => f.Given && !f.Taken).Select(f => new Fault(f.Pointer, $"Is not for a content of kind {draft.Kind}."));
    }

    private static IEnumerable<Fault> Needs(string pointer, object? value) => value is null ? [new(pointer, "Must be given.")] : [];

    private static IEnumerable<Fault> NeedsPlace(ContentDraft draft) => (draft.Url, draft.FileId) switch
    {
        (null, null) => [new("/url", "Must be given, unless file_id is.")],
        (not null, not null) => [new("/url", "Must not be given beside file_id.")],
        _ => [],
    };

    private static IEnumerable<Fault> FaultsOfShare(ContentDraft draft) =>
        draft.RequiredShare is < 1 or > 100 ? [new("/required_share", "Must be 1 to 100 percent.")] : [];

    private static IEnumerable<Fault> FaultsOfStart(ContentDraft draft) => draft.StartsAt is not { } start
        ? Needs("/starts_at", value: null)
        : start < FirstStart || start > LastStart ? [new("/starts_at", "Must be a moment from 2000 to 2999.")] : [];

    private static IEnumerable<Fault> FaultsOfQuiz(ContentDraft draft)
    {
        if (draft.MaxAttempts is < 1 or > MostAttempts)
            yield return new("/max_attempts", $"Must be 1 to {MostAttempts}, or null.");
        if (draft.Published && draft.Questions.Count == 0)
            yield return new("/questions", "A published quiz needs a question.");
        if (draft.Questions.Count > MostQuestions)
        {
            yield return new("/questions", $"Must be at most {MostQuestions} questions.");
            yield break;
        }

        foreach (var fault in draft.Questions.SelectMany((question, i) => QuestionRules.FaultsOf(question, $"/questions/{i}")))
            yield return fault;
    }

    private static bool IsUrl([NotNullWhen(true)] string? text) =>
        text?.Length <= MaxUrl && !text.Any(c => char.IsControl(c) || char.IsWhiteSpace(c))
        && Uri.TryCreate(text, UriKind.Absolute, out var url)
        && url.Scheme is "http" or "https" && url.Host.Length > 0 && url.UserInfo.Length == 0;
}
