using Npgsql;
using Sineta.Delivery.Storage;
using Sineta.Learning.People;
using Sineta.Learning.Storage;

namespace Sineta.Learning.Enrollments;

/// <summary>Finds enrolments, and keeps what the rules made of them.</summary>
public sealed class EnrollmentStore(NpgsqlDataSource database)
{
    internal const string Columns =
        "id, user_id, course_id, class_id, source, enrolled_at, starts_on, date_expire, suspended, ended, ended_at, completed_at";

    // EnrollmentStates.On, for lists.
    private const string State =
        """
        case when ended is not null then ended when date_expire < $6 then 'expired' when suspended then 'suspended'
             when starts_on > $6 then 'scheduled' else 'active' end
        """;

    public async Task<Enrollment?> FindAsync(long institutionId, long id, CancellationToken cancellationToken)
    {
        await using var command = Commands.Of(
            database, $"select {Columns} from enrollments where institution_id = $1 and id = $2", institutionId, id);
        return await command.RowAsync(Read, cancellationToken);
    }

    /// <summary>A page of enrolments in the order of their making.</summary>
    /// <param name="today">The institution's day, by which states are told.</param>
    /// <param name="after">The last id of the page before; 0 for the first page.</param>
    public async Task<IReadOnlyList<Enrollment>> ListAsync(
        long institutionId, EnrollmentFilter filter, DateOnly today, long after, int limit, CancellationToken cancellationToken)
    {
        await using var command = Commands.Of(
            database,
            $"select {Columns} from ({Page(filter, "id > $2", "id")}) e order by id limit $7",
            institutionId, after, filter.Whose, filter.CourseId, filter.State is { } state ? Words.Of(state) : null, today, limit);
        return await command.RowsAsync(Read, cancellationToken);
    }

    /// <summary>
    /// The rows of a page: $3 is the user, or what is sought of them, $4 the course, $5 the state, $6 today, $7 how many. Those of each state are found by an index; the offset
    /// keeps the few that a day makes so from being looked for among all, in their order.
    /// </summary>
    /// <param name="place">Where the page begins.</param>
    /// <param name="order">Of ids.</param>
    internal static string Page(EnrollmentFilter filter, string place, string order)
    {
        var ofLearner = filter switch
        {
            { Learner: { } learner } => $"user_id = any(array(select id from users where {UserStore.Wanted(learner, "$3")}))",
            { UserId: not null } => "user_id = $3",
            _ => "$3::bigint is null",
        };
        var wanted =
            $"""
            institution_id = $1 and {place} and {ofLearner}
            {(filter.CourseId is null ? "and $4::bigint is null" : "and course_id = $4")} and ($5::text is null or {State} = $5)
            """;
        string[] parts = filter.State switch
        {
            EnrollmentState.Cancelled => [Part("ended = 'cancelled'")],
            EnrollmentState.Expired => [Part("ended = 'expired'"), Few("ended is null and date_expire < $6")],
            EnrollmentState.Suspended => [Part("suspended and ended is null")],
            EnrollmentState.Scheduled => [Few("starts_on > $6 and ended is null")],
            _ => [Part("true")],
        };
        return string.Join(" union all ", parts);

        string Part(string where) => $"(select * from enrollments where {wanted} and {where} order by {order} limit $7)";
        string Few(string where) => $"(select * from (select * from enrollments where {wanted} and {where} offset 0) few order by {order} limit $7)";
    }

    /// <summary>Locks the enrolment of a learner in a course that has not ended.</summary>
    internal static async Task<Enrollment?> LockOpenAsync(
        CampusTransaction transaction, long userId, long courseId, CancellationToken cancellationToken)
    {
        await using var command = transaction.Command(
            $"""
            select {Columns} from enrollments where institution_id = $1 and user_id = $2 and course_id = $3 and ended is null
            for no key update
            """, userId, courseId);
        return await command.RowAsync(Read, cancellationToken);
    }

    internal static async Task<Enrollment?> FindAsync(CampusTransaction transaction, long id, CancellationToken cancellationToken)
    {
        await using var command = transaction.Command($"select {Columns} from enrollments where institution_id = $1 and id = $2", id);
        return await command.RowAsync(Read, cancellationToken);
    }

    internal static async Task<IReadOnlyList<Enrollment>> FindAllAsync(
        CampusTransaction transaction, long[] ids, CancellationToken cancellationToken)
    {
        await using var command = transaction.Command(
            $"select {Columns} from enrollments where institution_id = $1 and id = any($2)", ids);
        return await command.RowsAsync(Read, cancellationToken);
    }

    internal static async Task<Enrollment?> LockAsync(CampusTransaction transaction, long id, CancellationToken cancellationToken)
    {
        await using var command = transaction.Command(
            $"select {Columns} from enrollments where institution_id = $1 and id = $2 for no key update", id);
        return await command.RowAsync(Read, cancellationToken);
    }

    internal static async Task<Enrollment> InsertAsync(
        CampusTransaction transaction, EnrollmentRequest request, DateOnly? dateExpire, CancellationToken cancellationToken)
    {
        await using var command = transaction.Command(
            $"""
            insert into enrollments (institution_id, user_id, course_id, class_id, source, enrolled_at, starts_on, date_expire)
            values ($1, $2, $3, $4, $5, $6, $7, $8) returning {Columns}
            """,
            request.UserId, request.CourseId, request.ClassId, Words.Of(request.Source), transaction.Now, request.StartsOn,
            dateExpire);
        return (await command.RowAsync(Read, cancellationToken))!;
    }

    /// <summary>Keeps an enrolment as it became: all but who, where, and when it began.</summary>
    internal static Task SaveAsync(CampusTransaction transaction, Enrollment enrollment, CancellationToken cancellationToken) =>
        transaction.ExecuteAsync(
            """
            update enrollments set class_id = $3, date_expire = $4, suspended = $5, ended = $6, ended_at = $7, completed_at = $8,
                starts_on = $9
            where institution_id = $1 and id = $2
            """,
            [
                enrollment.Id, enrollment.ClassId, enrollment.DateExpire, enrollment.Suspended,
                enrollment.Ended is { } ended ? Words.Of(ended) : null, enrollment.EndedAt, enrollment.CompletedAt,
                enrollment.StartsOn,
            ], cancellationToken);

    /// <summary>Notes that the courses of these enrolments are completed now.</summary>
    internal static Task CompleteAsync(CampusTransaction transaction, long[] ids, CancellationToken cancellationToken) =>
        transaction.ExecuteAsync(
            "update enrollments set completed_at = $3 where institution_id = $1 and id = any($2) and completed_at is null",
            [ids, transaction.Now], cancellationToken);

    /// <summary>Ends so many of the open enrolments whose last day is over, each at the end of that day.</summary>
    /// <returns>How many were ended.</returns>
    internal static Task<int> EndExpiredAsync(CampusTransaction transaction, int most, CancellationToken cancellationToken) =>
        transaction.ExecuteAsync(
            """
            update enrollments e set ended = 'expired', ended_at = (e.date_expire + 1)::timestamp at time zone $4
            from (select id from enrollments where institution_id = $1 and ended is null and date_expire < $2 order by id limit $3
                  for no key update) over
            where e.institution_id = $1 and e.id = over.id
            """, [transaction.Today, most, transaction.Institution.TimeZone], cancellationToken);

    internal static Enrollment Read(NpgsqlDataReader row) => new(
        row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.IsDBNull(3) ? null : row.GetInt64(3),
        Words.Parse<EnrollmentSource>(row.GetString(4)), row.GetFieldValue<DateTimeOffset>(5), row.DayOrNull(6), row.DayOrNull(7),
        row.GetBoolean(8), EnrollmentEnds.Parse(row.TextOrNull(9)),
        row.MomentOrNull(10), row.MomentOrNull(11));
}

/// <summary>Which enrolments a list has: those that fit everything that is not null.</summary>
/// <param name="Learner">Whose, where it is not one user.</param>
public sealed record EnrollmentFilter(
    long? UserId = null, long? CourseId = null, EnrollmentState? State = null, UserFilter? Learner = null)
{
    internal object? Whose => Learner is null ? UserId : Learner.Sought;
}
