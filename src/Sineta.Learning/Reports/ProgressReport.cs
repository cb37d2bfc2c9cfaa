using System.Runtime.CompilerServices;
using Npgsql;
using Sineta.Delivery.Institutions;
using Sineta.Delivery.Storage;
using Sineta.Learning.Enrollments;
using Sineta.Learning.Progress;
using Sineta.Learning.Storage;

namespace Sineta.Learning.Reports;

/// <summary>Tells how far everybody is: an entry for each enrolment, in the order of their numbers.</summary>
public sealed class ProgressReport(HistoryDatabase database, TimeProvider time)
{
    private const int PageSize = 500;

    private const string Sql =
        """
        select e.id, e.user_id, u.name, u.email, u.uuid, e.course_id, c.name, e.class_id, e.source, e.enrolled_at, e.ended, e.suspended,
            e.starts_on,
            e.date_expire, e.completed_at, n.completed, n.required
        from enrollments e
        join users u on u.institution_id = e.institution_id and u.id = e.user_id
        join courses c on c.institution_id = e.institution_id and c.id = e.course_id
        cross join lateral (
            select count(p.id)::int completed, count(*)::int required from contents n
            left join content_completions p on p.institution_id = n.institution_id and p.enrollment_id = e.id and p.content_id = n.id
                and p.completed_at is not null
            where n.institution_id = e.institution_id and n.course_id = e.course_id
                and n.removed_at is null and n.published and n.required) n
        where e.institution_id = $1 and e.id > $2
          and ($3::timestamptz is null or e.enrolled_at >= $3) and ($4::timestamptz is null or e.enrolled_at < $4)
        """;

    /// <summary>Reads page by page: constant memory, and nothing that stays open for long.</summary>
    public async IAsyncEnumerable<ProgressEntry> ReadAsync(
        Institution institution, ReportFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var today = DateOnly.FromDateTime(institution.Clock.ToLocal(time.GetUtcNow()));
        var ofCourse = filter.CourseId is null ? "and $5::bigint is null" : "and e.course_id = $5";
        for (var after = 0L; ;)
        {
            await using var command = Commands.Of(
                database, $"{Sql} {ofCourse} order by e.id limit $6", institution.Id, after, filter.From, filter.Until, filter.CourseId,
                PageSize);
            var page = await command.RowsAsync(row => Read(row, today), cancellationToken);
            foreach (var entry in page)
                yield return entry;
            if (page.Count < PageSize)
                yield break;
            after = page[^1].EnrollmentId;
        }
    }

    private static ProgressEntry Read(NpgsqlDataReader row, DateOnly today)
    {
        var ended = row.TextOrNull(10) is { } text ? Words.Parse<EnrollmentEnd>(text) : (EnrollmentEnd?)null;
        var (completedAt, contents) = (row.MomentOrNull(14), new RequiredContents(row.GetInt32(15), row.GetInt32(16)));
        return new ProgressEntry(
            row.GetInt64(0), row.GetInt64(1), row.GetString(2), row.GetString(3), row.GetGuid(4), row.GetInt64(5), row.GetString(6),
            row.IsDBNull(7) ? null : row.GetInt64(7), row.GetString(8), row.GetFieldValue<DateTimeOffset>(9),
            EnrollmentStates.On(today, ended, row.GetBoolean(11), row.DayOrNull(12), row.DayOrNull(13)), row.DayOrNull(13),
            contents.Progress(completedAt is not null), contents.Completed, contents.All, completedAt);
    }
}

/// <summary>How far an enrolment is.</summary>
/// <param name="Progress">Whole percent.</param>
/// <param name="Completed">Of the contents that the course requires now.</param>
public sealed record ProgressEntry(
    long EnrollmentId, long UserId, string UserName, string UserEmail, Guid UserUuid, long CourseId, string CourseName, long? ClassId,
    string Source,
    DateTimeOffset EnrolledAt, EnrollmentState State, DateOnly? DateExpire, int Progress, int Completed, int Required,
    DateTimeOffset? CompletedAt);
