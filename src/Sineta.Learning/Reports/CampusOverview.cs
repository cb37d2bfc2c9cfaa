using Sineta.Delivery.Institutions;
using Sineta.Delivery.Storage;
using Sineta.Learning.Storage;

namespace Sineta.Learning.Reports;

/// <summary>Shows how much an institution's campus is used: every figure from indexes alone, in three statements.</summary>
public sealed class CampusOverview(HistoryDatabase database, TimeProvider time)
{
    /// <param name="from">The first day.</param>
    /// <param name="to">The last day.</param>
    /// <param name="mostCourses">How many courses are compared: those with the most enrolments.</param>
    public async Task<CampusUse> ReadAsync(
        Institution institution, DateOnly from, DateOnly to, int mostCourses, CancellationToken cancellationToken)
    {
        var at = time.GetUtcNow();
        var start = institution.Clock.ToInstant(from.ToDateTime(TimeOnly.MinValue));
        var totals = await TotalsAsync(institution.Id, start, cancellationToken);
        var days = await DaysAsync(institution, from, to, start, cancellationToken);
        return new CampusUse(at, totals, days, await CoursesAsync(institution.Id, mostCourses, cancellationToken));
    }

    private async Task<CampusTotals> TotalsAsync(long institutionId, DateTimeOffset start, CancellationToken cancellationToken)
    {
        await using var command = Commands.Of(
            database,
            """
            select
                (select count(*) from users where institution_id = $1 and removed_at is null),
                (select count(*) from courses where institution_id = $1 and status = 'published'),
                (select count(*) from enrollments where institution_id = $1 and ended is null),
                (select count(*) from (
                    select distinct user_id from content_completions where institution_id = $1 and completed_at >= $2) active)
            """, institutionId, start);
        return (await command.RowAsync(
            static row => new CampusTotals(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3)), cancellationToken))!;
    }

    private async Task<IReadOnlyList<CampusDay>> DaysAsync(
        Institution institution, DateOnly from, DateOnly to, DateTimeOffset start, CancellationToken cancellationToken)
    {
        await using var command = Commands.Of(
            database,
            """
            select 'active', $4::date + n, (
                select count(distinct user_id)::int from content_completions
                where institution_id = $1 and completed_at >= ($4::date + n)::timestamp at time zone $3
                  and completed_at < ($4::date + n + 1)::timestamp at time zone $3)
            from generate_series(0, $5::int) n
            union all
            select 'enrolled', (enrolled_at at time zone $3)::date, count(*)::int from enrollments
            where institution_id = $1 and enrolled_at >= $2 group by 2
            union all
            select 'completed', (completed_at at time zone $3)::date, count(*)::int from enrollments
            where institution_id = $1 and completed_at >= $2 group by 2
            """, institution.Id, start, institution.TimeZone, from, to.DayNumber - from.DayNumber);
        var counts = (await command.RowsAsync(
            static row => (What: row.GetString(0), Day: row.GetFieldValue<DateOnly>(1), Count: row.GetInt32(2)), cancellationToken))
            .ToDictionary(static c => (c.What, c.Day), static c => c.Count);
        return
        [
            .. Enumerable.Range(0, to.DayNumber - from.DayNumber + 1).Select(from.AddDays).Select(day => new CampusDay(
                day, counts.GetValueOrDefault(("active", day)), counts.GetValueOrDefault(("enrolled", day)),
                counts.GetValueOrDefault(("completed", day)))),
        ];
    }

    private async Task<IReadOnlyList<CourseUse>> CoursesAsync(long institutionId, int most, CancellationToken cancellationToken)
    {
        await using var command = Commands.Of(
            database,
            """
            select k.id, k.name, e.enrolled, e.completed from (
                select course_id, count(*) enrolled, count(completed_at) completed from enrollments
                where institution_id = $1 group by course_id order by enrolled desc, course_id limit $2) e
            join courses k on k.institution_id = $1 and k.id = e.course_id
            order by e.enrolled desc, k.id
            """, institutionId, most);
        return await command.RowsAsync(
            static row => new CourseUse(row.GetInt64(0), row.GetString(1), row.GetInt64(2), row.GetInt64(3)), cancellationToken);
    }
}

/// <summary>How much a campus is used.</summary>
/// <param name="At">When it was.</param>
/// <param name="Days">Each day of the time asked for, in order.</param>
/// <param name="Courses">Those with the most enrolments first.</param>
public sealed record CampusUse(DateTimeOffset At, CampusTotals Totals, IReadOnlyList<CampusDay> Days, IReadOnlyList<CourseUse> Courses);

/// <param name="Users">Who is registered.</param>
/// <param name="Courses">That are published.</param>
/// <param name="Enrollments">That are open.</param>
/// <param name="Active">Learners who completed a content in the time asked for.</param>
public sealed record CampusTotals(long Users, long Courses, long Enrollments, long Active);

/// <summary>A day of the institution.</summary>
/// <param name="Active">Learners who completed a content.</param>
/// <param name="Enrolled">Enrolments that were made.</param>
/// <param name="Completed">Courses that were completed, counted by learner.</param>
public sealed record CampusDay(DateOnly Day, int Active, int Enrolled, int Completed);

/// <summary>How many learners a course ever had, and how many of them completed it.</summary>
public sealed record CourseUse(long CourseId, string Name, long Enrolled, long Completed)
{
    /// <summary>From 0 to 1.</summary>
    public double Share => Enrolled == 0 ? 0 : (double)Completed / Enrolled;
}
