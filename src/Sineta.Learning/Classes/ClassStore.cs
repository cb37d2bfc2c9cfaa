using Npgsql;
using Sineta.Delivery.Storage;
using Sineta.Learning.Enrollments;
using Sineta.Learning.Storage;

namespace Sineta.Learning.Classes;

/// <summary>Finds classes and their students, and keeps what the rules made of them.</summary>
public sealed class ClassStore(NpgsqlDataSource database)
{
    private const string Select =
        """
        select k.id, k.course_id, c.name, k.name, k.starts_on, k.ends_on, k.created_at,
            (select count(*)::int from class_students s where s.institution_id = k.institution_id and s.class_id = k.id)
        from classes k join courses c on c.institution_id = k.institution_id and c.id = k.course_id
        """;

    public async Task<CourseClass?> FindAsync(long institutionId, long id, CancellationToken cancellationToken)
    {
        await using var command = Commands.Of(database, $"{Select} where k.institution_id = $1 and k.id = $2", institutionId, id);
        return await command.RowAsync(Read, cancellationToken);
    }

    /// <summary>A page of classes in the order of their making.</summary>
    /// <param name="courseId">Only those of this course; null for all.</param>
    /// <param name="after">The last id of the page before; 0 for the first page.</param>
    public async Task<IReadOnlyList<CourseClass>> ListAsync(
        long institutionId, long? courseId, long after, int limit, CancellationToken cancellationToken)
    {
        await using var command = Commands.Of(
            database,
            $"{Select} where k.institution_id = $1 and k.id > $2 and ($3::bigint is null or k.course_id = $3) order by k.id limit $4",
            institutionId, after, courseId, limit);
        return await command.RowsAsync(Read, cancellationToken);
    }

    /// <summary>A page of a class's students, by their numbers.</summary>
    /// <param name="today">The institution's day, by which states are told.</param>
    /// <param name="after">The last user's id of the page before; 0 for the first page.</param>
    public async Task<IReadOnlyList<ClassStudent>> StudentsAsync(
        long institutionId, long classId, DateOnly today, long after, int limit, CancellationToken cancellationToken)
    {
        await using var command = Commands.Of(
            database,
            """
            select s.user_id, u.name, u.email, s.invited_at, e.id, e.ended, e.suspended, e.starts_on, e.date_expire, e.completed_at
            from class_students s
            join users u on u.institution_id = s.institution_id and u.id = s.user_id
            join enrollments e on e.institution_id = s.institution_id and e.id = s.enrollment_id
            where s.institution_id = $1 and s.class_id = $2 and s.user_id > $3 order by s.user_id limit $4
            """, institutionId, classId, after, limit);
        return await command.RowsAsync(row => ReadStudent(row, today), cancellationToken);
    }

    internal static async Task<CourseClass?> FindAsync(CampusTransaction transaction, long id, CancellationToken cancellationToken)
    {
        await using var command = transaction.Command($"{Select} where k.institution_id = $1 and k.id = $2", id);
        return await command.RowAsync(Read, cancellationToken);
    }

    /// <summary>Locks a class for who invites to it: its days stay as they are, and others may invite as well.</summary>
    internal static async Task<CourseClass?> LockToInviteAsync(CampusTransaction transaction, long id, CancellationToken cancellationToken)
    {
        await transaction.ExecuteAsync("select from classes where institution_id = $1 and id = $2 for share", [id], cancellationToken);
        return await FindAsync(transaction, id, cancellationToken);
    }

    /// <summary>Locks a class for who changes it: nobody is invited meanwhile.</summary>
    internal static async Task<CourseClass?> LockToEditAsync(CampusTransaction transaction, long id, CancellationToken cancellationToken)
    {
        await transaction.ExecuteAsync("select from classes where institution_id = $1 and id = $2 for update", [id], cancellationToken);
        return await FindAsync(transaction, id, cancellationToken);
    }

    /// <summary>Whether a course is published; null where the institution has no such course.</summary>
    internal static async Task<bool?> IsPublishedAsync(CampusTransaction transaction, long courseId, CancellationToken cancellationToken)
    {
        await using var command = transaction.Command("select status = 'published' from courses where institution_id = $1 and id = $2", courseId);
        return await command.RowAsync(static row => (bool?)row.GetBoolean(0), cancellationToken);
    }

    internal static Task<long> InsertAsync(CampusTransaction transaction, ClassDraft draft, CancellationToken cancellationToken) =>
        transaction.NumberAsync(
            """
            insert into classes (institution_id, course_id, name, starts_on, ends_on, created_at) values ($1, $2, $3, $4, $5, $6) returning id
            """, [draft.CourseId, draft.Name!.Trim(), draft.StartsOn, draft.EndsOn, transaction.Now], cancellationToken);

    internal static Task UpdateAsync(CampusTransaction transaction, long id, ClassDraft draft, CancellationToken cancellationToken) =>
        transaction.ExecuteAsync(
            "update classes set name = $3, starts_on = $4, ends_on = $5 where institution_id = $1 and id = $2",
            [id, draft.Name!.Trim(), draft.StartsOn, draft.EndsOn], cancellationToken);

    internal static Task DeleteAsync(CampusTransaction transaction, long id, CancellationToken cancellationToken) =>
        transaction.ExecuteAsync("delete from classes where institution_id = $1 and id = $2", [id], cancellationToken);

    /// <summary>Locks those of these users who can be invited, by their numbers.</summary>
    internal static async Task<HashSet<long>> LockUsersAsync(
        CampusTransaction transaction, IReadOnlyCollection<long> userIds, CancellationToken cancellationToken)
    {
        await using var command = transaction.Command(
            "select id from users where institution_id = $1 and id = any($2) and removed_at is null order by id for no key update",
            userIds.ToArray());
        return [.. await command.RowsAsync(static row => row.GetInt64(0), cancellationToken)];
    }

    internal static async Task LockStudentsAsync(CampusTransaction transaction, long classId, CancellationToken cancellationToken) =>
        await transaction.ExecuteAsync(
            """
            select from users where institution_id = $1
              and id in (select user_id from enrollments where institution_id = $1 and class_id = $2 and ended is null)
            order by id for no key update
            """, [classId], cancellationToken);

    /// <summary>
    /// Lets the enrolments in force follow a class whose days change. Where that changes the last day that the class gives, which without an
    /// end is as the course's <c>validity_days</c> say: those that were longer than the class stay longer.
    /// </summary>
    internal static Task MoveEnrollmentsAsync(
        CampusTransaction transaction, CourseClass present, ClassDraft draft, CancellationToken cancellationToken) =>
        transaction.ExecuteAsync(
            """
            update enrollments e set
                starts_on = case when e.source = 'class_invite' and e.starts_on = $3::date then $4::date else e.starts_on end,
                date_expire = case when given.before is not distinct from given.after then e.date_expire
                                   when e.source = 'class_invite' and e.date_expire is not distinct from given.before then given.after
                                   when e.date_expire < given.after then given.after
                                   when given.after is null then null
                                   else e.date_expire end
            from (
                select s.user_id,
                    coalesce($5::date, least(greatest($3::date, s.joined), k.latest) + k.validity_days - 1) before,
                    coalesce($6::date, least(greatest($4::date, case when $3::date > $7 then $7 else s.joined end), k.latest)
                        + k.validity_days - 1) after
                from (
                    select o.user_id, (greatest(o.enrolled_at, s.invited_at) at time zone $8)::date joined, o.course_id
                    from enrollments o
                    join class_students s on s.institution_id = o.institution_id and s.class_id = o.class_id and s.user_id = o.user_id
                    where o.institution_id = $1 and o.class_id = $2 and o.ended is null) s
                join (select id, validity_days, date '9999-12-31' - validity_days + 1 latest from courses where institution_id = $1) k
                    on k.id = s.course_id) given
            where e.institution_id = $1 and e.class_id = $2 and e.user_id = given.user_id and e.ended is null
              and (e.date_expire is null or e.date_expire >= $7)
            """,
            [
                present.Id, present.StartsOn, draft.StartsOn, present.EndsOn, draft.EndsOn, transaction.Today,
                transaction.Institution.TimeZone,
            ], cancellationToken);

    internal static Task PutStudentsAsync(
        CampusTransaction transaction, long classId, IReadOnlyList<InvitedStudent> invited, CancellationToken cancellationToken) =>
        transaction.ExecuteAsync(
            """
            insert into class_students (institution_id, class_id, user_id, enrollment_id, invited_at)
            select $1, $2, s.user_id, s.enrollment_id, $5 from unnest($3::bigint[], $4::bigint[]) s(user_id, enrollment_id)
            on conflict (institution_id, class_id, user_id) do update set enrollment_id = excluded.enrollment_id
            """,
            [classId, invited.Select(static s => s.UserId).ToArray(), invited.Select(static s => s.EnrollmentId).ToArray(), transaction.Now],
            cancellationToken);

    /// <summary>Takes a student out of a class.</summary>
    /// <returns>Whether the class had them.</returns>
    internal static async Task<bool> RemoveStudentAsync(
        CampusTransaction transaction, long classId, long userId, CancellationToken cancellationToken)
    {
        await transaction.ExecuteAsync(
            "update enrollments set class_id = null where institution_id = $1 and user_id = $2 and class_id = $3", [userId, classId], cancellationToken);
        return await transaction.ExecuteAsync(
            "delete from class_students where institution_id = $1 and class_id = $2 and user_id = $3", [classId, userId], cancellationToken) == 1;
    }

    private static CourseClass Read(NpgsqlDataReader row) => new(
        row.GetInt64(0), row.GetInt64(1), row.GetString(2), row.GetString(3), row.GetFieldValue<DateOnly>(4), row.DayOrNull(5),
        row.GetInt32(7), row.GetFieldValue<DateTimeOffset>(6));

    private static ClassStudent ReadStudent(NpgsqlDataReader row, DateOnly today) => new(
        row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetFieldValue<DateTimeOffset>(3), row.GetInt64(4),
        EnrollmentStates.On(today, EnrollmentEnds.Parse(row.TextOrNull(5)), row.GetBoolean(6), row.DayOrNull(7), row.DayOrNull(8)),
        row.DayOrNull(8), row.MomentOrNull(9));
}
