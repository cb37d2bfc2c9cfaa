using Sineta.Delivery.Institutions;
using Sineta.Learning.Storage;

namespace Sineta.Learning.Trails;

/// <summary>Makes and changes trails, also while they are studied (R11, R12).</summary>
public sealed class TrailEditing(CampusTransactions campus)
{
    private const string Source = "trail_changed";

    public Task<Change<Trail>> CreateAsync(Institution institution, TrailDraft draft, CancellationToken cancellationToken) =>
        campus.RunAsync<Change<Trail>>(institution, async transaction =>
        {
            if (TrailRules.Check(draft, await CatalogAsync(transaction, draft, cancellationToken), kept: []) is { Count: > 0 } faults)
                return new Change<Trail>.Refused(faults);
            var id = await TrailStore.InsertAsync(transaction, draft, cancellationToken);
            await TrailStore.PutItemsAsync(transaction, id, draft.Items, cancellationToken);
            return await MadeAsync(transaction, id, cancellationToken);
        }, cancellationToken);

    /// <summary>
    /// Changes a trail. Whoever finished it stays finished; whoever now has all that it requires finishes it, each with an event, once whoever edits
    /// has confirmed how many they are.
    /// </summary>
    /// <param name="change">Makes the new settings of the present ones.</param>
    /// <param name="confirmed">How many learners may be finished by it; null: none.</param>
    public Task<Change<Trail>> UpdateAsync(
        Institution institution, long id, Func<TrailDraft, TrailDraft> change, int? confirmed, CancellationToken cancellationToken) =>
        campus.RunAsync<Change<Trail>>(institution, async transaction =>
        {
            if (await TrailStore.LockToEditAsync(transaction, id, cancellationToken) is not { } trail)
                return Unknown(id);
            var (present, draft) = (TrailDraft.Of(trail), change(TrailDraft.Of(trail)));
            var kept = trail.Status == TrailStatus.Draft ? [] : trail.Items;
            if (TrailRules.Check(draft, await CatalogAsync(transaction, draft, cancellationToken), kept) is { Count: > 0 } faults)
                return new Change<Trail>.Refused(faults);
            if (Words.TryParse<TrailStatus>(draft.Status, out var status) && !TrailRules.CanBecome(trail.Status, status))
                return new Change<Trail>.Impossible("What was published is no draft again: archive it.");

            await TrailStore.UpdateAsync(transaction, id, draft, cancellationToken);
            if (!draft.Items.SequenceEqual(present.Items))
            {
                await TrailStore.PutItemsAsync(transaction, id, draft.Items, cancellationToken);
                var finished = await TrailFinishing.EvaluateTrailAsync(transaction, id, Source, cancellationToken);
                if (finished > 0 && finished != confirmed)
                    return new Change<Trail>.Unconfirmed(finished);
            }

            return await MadeAsync(transaction, id, cancellationToken);
        }, cancellationToken);

    /// <summary>Deletes a draft, which nobody can have joined.</summary>
    public Task<Change<Trail>> DeleteAsync(Institution institution, long id, CancellationToken cancellationToken) =>
        campus.RunAsync<Change<Trail>>(institution, async transaction =>
        {
            if (await TrailStore.LockToEditAsync(transaction, id, cancellationToken) is not { } trail)
                return Unknown(id);
            if (trail.Status != TrailStatus.Draft)
                return new Change<Trail>.Impossible("Only a draft can be deleted: archive a trail that was published.");
            await TrailStore.DeleteAsync(transaction, id, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return new Change<Trail>.Made(trail);
        }, cancellationToken);

    private static async Task<Change<Trail>> MadeAsync(CampusTransaction transaction, long id, CancellationToken cancellationToken)
    {
        var made = await TrailStore.FindAsync(transaction, id, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return new Change<Trail>.Made(made!);
    }

    private static Task<TrailCatalog> CatalogAsync(CampusTransaction transaction, TrailDraft draft, CancellationToken cancellationToken) =>
        TrailStore.CatalogAsync(transaction, [.. draft.Items.Take(TrailRules.MaxItems)], cancellationToken);

    private static Change<Trail>.Unknown Unknown(long id) => new($"There is no trail {id}.");
}
