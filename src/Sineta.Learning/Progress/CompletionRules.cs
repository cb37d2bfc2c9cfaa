using Sineta.Events;
using Sineta.Learning.Catalog;

namespace Sineta.Learning.Progress;

/// <summary>When a content is completed (R6): read to the end, played to the required share, attended, or submitted.</summary>
internal static class CompletionRules
{
    /// <summary>The last position in a medium that the events can tell, 99:59:59.</summary>
    public const int MaxPosition = 359_999;

    /// <summary>Every fault of what was given for a content of this kind, but for a quiz's answers.</summary>
    public static List<Fault> FaultsOf(StudiedContent content, CompletionRequest given)
    {
        List<Fault> faults = [];
        var kind = Words.Of(content.Kind);
        if (given.Answer is not null && !content.TakesAnswer)
            faults.Add(new("/answer", $"Is not for a content of kind {kind}."));
        else if (Texts.FaultOf(given.Answer) is { } fault)
            faults.Add(new("/answer", fault));
        if (given.Answers is not null && content.Kind is not ContentKind.Quiz)
            faults.Add(new("/answers", $"Are not for a content of kind {kind}."));
        if (given.PlayedShare is not null && !content.IsMedium)
            faults.Add(new("/played_share", $"Is not for a content of kind {kind}."));
        else if (content.IsMedium && given.PlayedShare is not (>= 0 and <= 100))
            faults.Add(new("/played_share", "Must be given, 0 to 100."));
        faults.AddRange(FaultsOfPosition(content, given.MediaPosition));
        return faults;
    }

    public static IEnumerable<Fault> FaultsOfPosition(StudiedContent content, int? position)
    {
        if (position is not null && !content.IsMedium)
            yield return new("/media_position", $"Is not for a content of kind {Words.Of(content.Kind)}.");
        else if (position is < 0 or > MaxPosition)
            yield return new("/media_position", $"Must be 0 to {MaxPosition}, in seconds.");
    }

    /// <summary>
    /// What keeps it from being completed, or a quiz from being submitted once more, as a sentence; null where nothing does.
    /// </summary>
    /// <param name="attempts">How often it was submitted before, since it was last reset.</param>
    public static string? Missing(StudiedContent content, CompletionRequest given, int attempts, DateTimeOffset now) =>
        content.IsMedium && given.PlayedShare < Share(content)
            ? $"Of the content {content.Id} {given.PlayedShare} percent were played: it is completed at {Share(content)}."
        : content.StartsAt > now ? $"The content {content.Id} is live and has not begun yet: nobody has attended it."
        : attempts >= content.MaxAttempts ? $"The quiz {content.Id} was submitted {attempts} times, which is as often as it may be."
        : null;

    /// <summary>
    /// The record after this completion: of several attempts at a quiz the best counts, the earlier one where they are even.
    /// </summary>
    public static Completion After(Completion before, CompletionRequest given, GradedQuiz? graded, DateTimeOffset now)
    {
        var completed = before with
        {
            CompletedAt = before.CompletedAt ?? now,
            MediaSeconds = given.MediaPosition ?? before.MediaSeconds,
            Attempts = before.Attempts + (graded is null ? 0 : 1),
        };
        if (graded is null)
            return completed with { Answer = given.Answer };
        return before.Best is { } best && !graded.Score.IsBetterThan(best)
            ? completed : completed with { Answer = graded.Readable(), Correct = graded.IsAllRight, Best = graded.Score };
    }

    private static int Share(StudiedContent content) => content.RequiredShare ?? 100;
}
