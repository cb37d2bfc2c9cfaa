using Sineta.Delivery.Institutions;
using Sineta.Events;
using Sineta.Learning.People;
using Sineta.Learning.Storage;

namespace Sineta.Learning.Trails;

/// <summary>Lets a learner join a trail, which finishes it at once where all that it requires was completed before (R11).</summary>
public sealed class JoinTrail(CampusTransactions campus)
{
    /// <summary>Joins. Who joined before stays as they are.</summary>
    public Task<Change<TrailParticipation>> RunAsync(
        Institution institution, long trailId, long userId, CancellationToken cancellationToken) =>
        campus.RunAsync<Change<TrailParticipation>>(institution, async transaction =>
        {
            if (await TrailStore.LockToJoinAsync(transaction, trailId, cancellationToken) is not { } trail)
                return new Change<TrailParticipation>.Unknown($"There is no trail {trailId}.");
            if (await transaction.LockUserAsync(userId, cancellationToken) is null)
                return new Change<TrailParticipation>.Refused([new Fault("/user_id", "Is no user of the institution.")]);
            if (await TrailProgress.FindAsync(transaction, trailId, userId, cancellationToken) is { } joined)
                return new Change<TrailParticipation>.Made(joined);
            if (trail.Status != TrailStatus.Published)
                return new Change<TrailParticipation>.Impossible("The trail is not published: nobody can join it.");

            await transaction.ExecuteAsync(
                "insert into trail_participations (institution_id, user_id, trail_id, joined_at) values ($1, $2, $3, $4)",
                [userId, trailId, transaction.Now], cancellationToken);
            await TrailFinishing.EvaluateAsync(transaction, [userId], cancellationToken);
            var made = await TrailProgress.FindAsync(transaction, trailId, userId, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return new Change<TrailParticipation>.Made(made!);
        }, cancellationToken);
}
