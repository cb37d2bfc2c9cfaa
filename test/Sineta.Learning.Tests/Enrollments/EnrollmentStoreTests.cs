using Sineta.Learning.Enrollments;
using Sineta.Testing;

namespace Sineta.Learning.Tests.Enrollments;

public sealed class EnrollmentStoreTests(Postgres postgres)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_list_by_state_has_exactly_those_that_the_rule_says()
    {
        await using var campus = await CampusNode.StartAsync(postgres, Cancel);
        var (user, course) = (await campus.AddUserAsync(Cancel), await campus.AddCourseAsync(Cancel));
        var today = new DateOnly(2026, 3, 10);
        for (var offset = -1; offset <= 1; offset++)
        {
            await campus.NumberAsync(
                """
                with made as (
                    insert into enrollments (
                        institution_id, user_id, course_id, source, enrolled_at, starts_on, date_expire, suspended, ended, ended_at)
                    select $1, $2, $3, 'import', now(), s, $4::date, suspended, 'cancelled', now()
                    from unnest(array[null, $4::date]) s, unnest(array[true, false]) suspended returning id)
                select count(*) from made
                """, Cancel, campus.Institution.Id, user.Id, course.Id, today.AddDays(offset));
        }

        // Each in turn is open, for no two can be at once.
        var store = campus.Get<EnrollmentStore>();
        foreach (var enrollment in await store.ListAsync(campus.Institution.Id, new(), today, after: 0, limit: 100, Cancel))
        {
            foreach (var end in new[] { null, "expired", "cancelled" })
            {
                await campus.NumberAsync(
                    "update enrollments set ended = $3::text where institution_id = $1 and id = $2 returning id", Cancel,
                    campus.Institution.Id, enrollment.Id, end);
                var now = await store.FindAsync(campus.Institution.Id, enrollment.Id, Cancel);
                foreach (var state in Enum.GetValues<EnrollmentState>())
                {
                    var listed = await store.ListAsync(
                        campus.Institution.Id, new(user.Id, course.Id, state), today, enrollment.Id - 1, limit: 1, Cancel);
                    Assert.Equal(now!.StateOn(today) == state, listed.Contains(now));
                }
            }
        }
    }
}
