using Npgsql;
using Sineta.Learning.Storage;

namespace Sineta.Learning.Progress;

/// <summary>
/// Keeps which stretches of a video or an audio were really played under an enrolment, so that jumping ahead is not playing, and that who
/// comes back on another device goes on from there.
/// </summary>
public sealed class MediaPlays(NpgsqlDataSource database)
{
    /// <summary>The longest medium that is measured, in milliseconds: 100 hours.</summary>
    public const int MostMilliseconds = 360_000_000;

    /// <summary>Adds stretches that were played; what was played before counts once.</summary>
    /// <param name="stretches">Each from and to, in milliseconds.</param>
    /// <returns>How many milliseconds of the medium were played so far.</returns>
    public async Task<int> AddAsync(
        long institutionId, long enrollmentId, long contentId, IReadOnlyList<(int From, int To)> stretches,
        CancellationToken cancellationToken)
    {
        await using var command = Commands.Of(
            database,
            """
            insert into media_plays as m (institution_id, enrollment_id, content_id, played)
            select $1, $2, $3, coalesce(range_agg(int4range(s.f, s.t)), '{}') from unnest($4::int[], $5::int[]) s(f, t) where s.f < s.t
            on conflict (institution_id, enrollment_id, content_id) do update set played = m.played + excluded.played
            returning (select coalesce(sum(upper(r) - lower(r)), 0)::int from unnest(m.played) r)
            """, institutionId, enrollmentId, contentId, stretches.Select(static s => s.From).ToArray(),
            stretches.Select(static s => s.To).ToArray());
        return await command.RowAsync(static row => row.GetInt32(0), cancellationToken);
    }

    /// <summary>How many milliseconds of a medium were played so far.</summary>
    public async Task<int> PlayedAsync(long institutionId, long enrollmentId, long contentId, CancellationToken cancellationToken)
    {
        await using var command = Commands.Of(
            database,
            """
            select coalesce(sum(upper(r) - lower(r)), 0)::int from media_plays m, unnest(m.played) r
            where m.institution_id = $1 and m.enrollment_id = $2 and m.content_id = $3
            """, institutionId, enrollmentId, contentId);
        return await command.RowAsync(static row => row.GetInt32(0), cancellationToken);
    }
}
