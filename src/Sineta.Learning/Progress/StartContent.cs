using Sineta.Delivery.Institutions;
using Sineta.Learning.Storage;

namespace Sineta.Learning.Progress;

/// <summary>Notes that a content was begun, and where in a medium the learner is. Nothing is told of it.</summary>
public sealed class StartContent(CampusTransactions campus)
{
    /// <param name="learnerId">Who does it, where it is the learner: another's enrolment is not found then.</param>
    /// <param name="mediaPosition">video, audio: the position, in seconds; null leaves it where it was.</param>
    public Task<Change<Completion>> RunAsync(
        Institution institution, long enrollmentId, long contentId, long? learnerId, int? mediaPosition,
        CancellationToken cancellationToken) =>
        campus.RunAsync(institution, async transaction =>
        {
            var (study, refusal) = await Study.BeginAsync<Completion>(transaction, enrollmentId, contentId, learnerId, cancellationToken);
            var change = study is null ? refusal! : await StartAsync(transaction, study, mediaPosition, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return change;
        }, cancellationToken);

    private static async Task<Change<Completion>> StartAsync(
        CampusTransaction transaction, Study study, int? mediaPosition, CancellationToken cancellationToken)
    {
        if (CompletionRules.FaultsOfPosition(study.Content, mediaPosition).ToList() is { Count: > 0 } faults)
            return new Change<Completion>.Refused(faults);
        var begun = await CompletionStore.StartAsync(
            transaction, study.Enrollment.Id, study.Learner.Id, study.Content.Id, cancellationToken);
        var moved = begun with { MediaSeconds = mediaPosition ?? begun.MediaSeconds };
        if (moved != begun)
            await CompletionStore.SaveAsync(transaction, moved, cancellationToken);
        return new Change<Completion>.Made(moved);
    }
}
