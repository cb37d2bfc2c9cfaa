using System.Runtime.CompilerServices;
using Npgsql;
using Sineta.Delivery.Institutions;
using Sineta.Delivery.Storage;
using Sineta.Learning.Storage;

namespace Sineta.Learning.Reports;

/// <summary>Tells what was completed: an entry for each content that is, by enrolment and content.</summary>
public sealed class CompletionReport(HistoryDatabase database)
{
    private const int PageSize = 1_000;

    private const string Sql =
        """
        select p.id, p.enrollment_id, p.user_id, u.name, u.email, u.uuid, n.course_id, c.name, p.content_id, n.title, n.kind,
            p.completed_at, p.correct,
            p.points, p.points_possible, p.attempts
        from content_completions p
        join contents n on n.institution_id = p.institution_id and n.id = p.content_id
        join courses c on c.institution_id = n.institution_id and c.id = n.course_id
        join users u on u.institution_id = p.institution_id and u.id = p.user_id
        where p.institution_id = $1 and (p.enrollment_id, p.content_id) > ($2, $3) and p.completed_at is not null
          and ($4::timestamptz is null or p.completed_at >= $4) and ($5::timestamptz is null or p.completed_at < $5)
        """;

    /// <summary>Reads page by page: constant memory, and nothing that stays open for long.</summary>
    public async IAsyncEnumerable<CompletionEntry> ReadAsync(
        Institution institution, ReportFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var ofCourse = filter.CourseId is null ? "and $6::bigint is null" : "and n.course_id = $6";
        for (var (enrollment, content) = (0L, 0L); ;)
        {
            await using var command = Commands.Of(
                database, $"{Sql} {ofCourse} order by p.enrollment_id, p.content_id limit $7",
                institution.Id, enrollment, content, filter.From, filter.Until, filter.CourseId, PageSize);
            var page = await command.RowsAsync(Read, cancellationToken);
            foreach (var entry in page)
                yield return entry;
            if (page.Count < PageSize)
                yield break;
            (enrollment, content) = (page[^1].EnrollmentId, page[^1].ContentId);
        }
    }

    private static CompletionEntry Read(NpgsqlDataReader row) => new(
        row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetString(3), row.GetString(4), row.GetGuid(5), row.GetInt64(6),
        row.GetString(7),
        row.GetInt64(8), row.GetString(9), row.GetString(10), row.GetFieldValue<DateTimeOffset>(11),
        row.IsDBNull(12) ? null : row.GetBoolean(12),
        row.IsDBNull(13) ? null : row.GetDecimal(13), row.IsDBNull(14) ? null : row.GetDecimal(14), row.GetInt32(15));
}

/// <summary>A content that somebody completed.</summary>
/// <param name="Id">Of the record, which is the events' <c>content.id</c>.</param>
/// <param name="Points">Of the best attempt; null where nothing is graded.</param>
/// <param name="Attempts">How often a quiz was submitted.</param>
public sealed record CompletionEntry(
    long Id, long EnrollmentId, long UserId, string UserName, string UserEmail, Guid UserUuid, long CourseId, string CourseName,
    long ContentId,
    string ContentTitle, string Kind, DateTimeOffset CompletedAt, bool? Correct, decimal? Points, decimal? PointsPossible, int Attempts);
