using System.Globalization;
using Sineta.Events;
using Sineta.Learning.Storage;

namespace Sineta.Learning.Trails;

/// <summary>Finishes trails: each joined trail once all of its required items are complete, in whatever enrolments (R11).</summary>
/// <remarks>
/// To be asked after each completion, on joining and after a change of a trail's items, always with the learners' rows or the trail locked.
/// The participations are locked before they are judged, so that of a completion and a change of the trail at once the later one sees the
/// other.
/// </remarks>
public static class TrailFinishing
{
    // When the learner first completed the item, under any enrolment.
    private const string ItemDoneAt =
        """
        least((select min(e.completed_at) from enrollments e where e.institution_id = i.institution_id and e.user_id = p.user_id
               and e.course_id = i.course_id),
              (select min(c.completed_at) from content_completions c where c.institution_id = i.institution_id and c.user_id = p.user_id
               and c.content_id = i.content_id))
        """;

    /// <summary>Whether the learner <c>p.user_id</c> has completed the item <c>i</c>, under any enrolment.</summary>
    internal const string ItemIsDone =
        """
        (exists (select from enrollments e where e.institution_id = i.institution_id and e.user_id = p.user_id and e.course_id = i.course_id
                 and e.completed_at is not null)
         or exists (select from content_completions c where c.institution_id = i.institution_id and c.user_id = p.user_id
                    and c.content_id = i.content_id and c.completed_at is not null))
        """;

    private const string LockParticipations = "order by trail_id, user_id for no key update";

    /// <summary>
    /// Finishes what these learners have now completed, and tells of it. To be called with their rows locked, after the events of the
    /// completions were told. Costs one indexed statement where they have joined nothing that is unfinished.
    /// </summary>
    /// <returns>How many trails were finished, counted by learner.</returns>
    public static async Task<int> EvaluateAsync(
        CampusTransaction transaction, IReadOnlyCollection<long> userIds, CancellationToken cancellationToken, string? source = null)
    {
        var unfinished = await LockAsync(transaction, userIds, cancellationToken);
        return Tell(transaction, await FinishAsync(transaction, unfinished, transaction.Now, cancellationToken), source);
    }

    /// <summary>
    /// Finishes what these learners completed before now, as of then: when the last of what a trail requires was completed, or when it was
    /// joined, if that was later. To be called with their rows locked.
    /// </summary>
    /// <param name="tell">Whether the finishes are told, under their times (R19).</param>
    public static async Task EvaluatePastAsync(
        CampusTransaction transaction, IReadOnlyCollection<long> userIds, bool tell, string source, CancellationToken cancellationToken)
    {
        var unfinished = await LockAsync(transaction, userIds, cancellationToken);
        var finished = await FinishAsync(transaction, unfinished, at: null, cancellationToken);
        if (tell)
            Tell(transaction, finished, source);
    }

    private static async Task<List<(long, long)>> LockAsync(
        CampusTransaction transaction, IReadOnlyCollection<long> userIds, CancellationToken cancellationToken)
    {
        await using var command = transaction.Command(
            $"""
            select trail_id, user_id from trail_participations where institution_id = $1 and user_id = any($2) and finished_at is null
            {LockParticipations}
            """, userIds.ToArray());
        return await command.RowsAsync(static row => (row.GetInt64(0), row.GetInt64(1)), cancellationToken);
    }

    /// <summary>
    /// Finishes a trail for all who have now completed it, and tells of it. To be called with the trail locked against joining.
    /// </summary>
    /// <returns>How many learners finished it.</returns>
    internal static async Task<int> EvaluateTrailAsync(
        CampusTransaction transaction, long trailId, string source, CancellationToken cancellationToken)
    {
        await using var command = transaction.Command(
            $"""
            select trail_id, user_id from trail_participations where institution_id = $1 and trail_id = $2 and finished_at is null
            {LockParticipations}
            """, trailId);
        var unfinished = await command.RowsAsync(static row => (row.GetInt64(0), row.GetInt64(1)), cancellationToken);
        return Tell(transaction, await FinishAsync(transaction, unfinished, transaction.Now, cancellationToken), source);
    }

    // 1. Those that are complete are finished, 2. and are given back as the events are to show them. Of who was removed nothing is told.
    private static async Task<IReadOnlyList<FinishedWay>> FinishAsync(
        CampusTransaction transaction, List<(long TrailId, long UserId)> unfinished, DateTimeOffset? at,
        CancellationToken cancellationToken)
    {
        if (unfinished.Count == 0)
            return [];
        await using var command = transaction.Command(
            $"""
            with finished as (
                update trail_participations p set finished_at = coalesce($4::timestamptz, greatest(p.joined_at, (
                    select max({ItemDoneAt}) from trail_items i where i.institution_id = $1 and i.trail_id = p.trail_id and i.required)))
                from unnest($2::bigint[], $3::bigint[]) of(trail_id, user_id)
                where p.institution_id = $1 and p.trail_id = of.trail_id and p.user_id = of.user_id and p.finished_at is null
                  and exists (select from users u where u.institution_id = $1 and u.id = p.user_id and u.removed_at is null)
                  and (select bool_and({ItemIsDone}) from trail_items i
                       where i.institution_id = $1 and i.trail_id = p.trail_id and i.required)
                returning p.trail_id, p.user_id, p.finished_at)
            select f.trail_id, t.name, f.user_id, u.name, u.email, f.finished_at from finished f
            join trails t on t.institution_id = $1 and t.id = f.trail_id
            join users u on u.institution_id = $1 and u.id = f.user_id
            order by f.trail_id, f.user_id
            """,
            unfinished.Select(static p => p.TrailId).ToArray(), unfinished.Select(static p => p.UserId).ToArray(), at);
        var finished = await command.RowsAsync(
            static row => new FinishedWay(
                row.GetInt64(0), row.GetString(1), new Learner(row.GetInt64(2), row.GetString(3), row.GetString(4)),
                row.GetFieldValue<DateTimeOffset>(5), []),
            cancellationToken);
        if (finished.Count == 0)
            return [];
        var courses = await CoursesAsync(transaction, [.. finished.Select(static f => f.TrailId).Distinct()], cancellationToken);
        return finished.ConvertAll(f => f with { Courses = [.. courses[f.TrailId]] });
    }

    private static int Tell(CampusTransaction transaction, IReadOnlyList<FinishedWay> finished, string? source)
    {
        foreach (var (trailId, trail, learner, at, courses) in finished)
        {
            var told = new FinishedTrail(trailId, trail, transaction.Local(at), courses);
            transaction.Tell(
                new TrailCompleted(new InstitutionRef(transaction.Institution.Id), learner, told), learner.Id,
                KeyOf(learner.Id, trailId), source, at);
        }

        return finished.Count;
    }

    // As they are named and ordered now: later changes do not reach what was told (R12).
    private static async Task<ILookup<long, TrailCourse>> CoursesAsync(
        CampusTransaction transaction, long[] trailIds, CancellationToken cancellationToken)
    {
        await using var command = transaction.Command(
            """
            select i.trail_id, c.id, c.name from trail_items i
            join courses c on c.institution_id = i.institution_id and c.id = i.course_id
            where i.institution_id = $1 and i.trail_id = any($2) order by i.trail_id, i.position
            """, trailIds);
        var courses = await command.RowsAsync(
            static row => (row.GetInt64(0), new TrailCourse(row.GetInt64(1), row.GetString(2))), cancellationToken);
        return courses.ToLookup(static c => c.Item1, static c => c.Item2);
    }

    private static string KeyOf(long userId, long trailId) => string.Create(CultureInfo.InvariantCulture, $"user:{userId}/trail:{trailId}");

    private sealed record FinishedWay(
        long TrailId, string TrailName, Learner Learner, DateTimeOffset FinishedAt, IReadOnlyList<TrailCourse> Courses);
}
