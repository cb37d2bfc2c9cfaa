using Npgsql;
using Sineta.Delivery.Storage;
using Sineta.Learning.Storage;

namespace Sineta.Learning.Trails;

/// <summary>Tells how far learners are in the trails that they joined.</summary>
public sealed class TrailProgress(NpgsqlDataSource database)
{
    private const string Select =
        $"""
        select p.trail_id, t.name, p.user_id, u.name, u.email, p.joined_at, p.finished_at, i.done, i.required
        from trail_participations p
        join trails t on t.institution_id = p.institution_id and t.id = p.trail_id
        join users u on u.institution_id = p.institution_id and u.id = p.user_id
        cross join lateral (
            select count(*) filter (where {TrailFinishing.ItemIsDone})::int done, count(*)::int required from trail_items i
            where i.institution_id = p.institution_id and i.trail_id = p.trail_id and i.required) i
        """;

    /// <summary>A page of those who joined a trail, by their numbers.</summary>
    /// <param name="after">The last user's id of the page before; 0 for the first page.</param>
    public async Task<IReadOnlyList<TrailParticipation>> ParticipantsAsync(
        long institutionId, long trailId, long after, int limit, CancellationToken cancellationToken)
    {
        await using var command = Commands.Of(
            database, $"{Select} where p.institution_id = $1 and p.trail_id = $2 and p.user_id > $3 order by p.user_id limit $4",
            institutionId, trailId, after, limit);
        return await command.RowsAsync(Read, cancellationToken);
    }

    /// <summary>All trails that a learner joined, the latest first.</summary>
    public async Task<IReadOnlyList<TrailParticipation>> OfLearnerAsync(long institutionId, long userId, CancellationToken cancellationToken)
    {
        await using var command = Commands.Of(
            database, $"{Select} where p.institution_id = $1 and p.user_id = $2 order by p.joined_at desc, p.trail_id desc", institutionId, userId);
        return await command.RowsAsync(Read, cancellationToken);
    }

    /// <summary>A trail's items as a learner sees them, who need not have joined it.</summary>
    public async Task<IReadOnlyList<TrailStep>> StepsAsync(long institutionId, Trail trail, long userId, CancellationToken cancellationToken)
    {
        await using var command = Commands.Of(
            database,
            $"""
            select {TrailFinishing.ItemIsDone} from trail_items i cross join (select $3::bigint user_id) p
            where i.institution_id = $1 and i.trail_id = $2 order by i.position
            """, institutionId, trail.Id, userId);
        var done = await command.RowsAsync(static row => row.GetBoolean(0), cancellationToken);
        return [.. trail.Items.Zip(done, static (item, isDone) => new TrailStep(item, isDone))];
    }

    internal static async Task<TrailParticipation?> FindAsync(
        CampusTransaction transaction, long trailId, long userId, CancellationToken cancellationToken)
    {
        await using var command = transaction.Command(
            $"{Select} where p.institution_id = $1 and p.trail_id = $2 and p.user_id = $3", trailId, userId);
        return await command.RowAsync(Read, cancellationToken);
    }

    private static TrailParticipation Read(NpgsqlDataReader row) => new(
        row.GetInt64(0), row.GetString(1), row.GetInt64(2), row.GetString(3), row.GetString(4), row.GetFieldValue<DateTimeOffset>(5),
        row.MomentOrNull(6), row.GetInt32(7), row.GetInt32(8));
}
