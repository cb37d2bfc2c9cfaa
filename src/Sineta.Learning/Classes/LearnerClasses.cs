using Npgsql;
using Sineta.Learning.Storage;

namespace Sineta.Learning.Classes;

/// <summary>Shows learners the classes that they were invited to.</summary>
public sealed class LearnerClasses(NpgsqlDataSource database)
{
    /// <summary>A learner's classes, the latest first.</summary>
    public async Task<IReadOnlyList<LearnerClass>> OfLearnerAsync(long institutionId, long userId, CancellationToken cancellationToken)
    {
        await using var command = Commands.Of(
            database,
            """
            select k.id, k.name, k.course_id, c.name, k.starts_on, k.ends_on
            from class_students s
            join classes k on k.institution_id = s.institution_id and k.id = s.class_id
            join courses c on c.institution_id = k.institution_id and c.id = k.course_id
            where s.institution_id = $1 and s.user_id = $2 order by k.starts_on desc, k.id desc
            """, institutionId, userId);
        return await command.RowsAsync(
            static row => new LearnerClass(
                row.GetInt64(0), row.GetString(1), row.GetInt64(2), row.GetString(3), row.GetFieldValue<DateOnly>(4), row.DayOrNull(5)),
            cancellationToken);
    }
}

/// <summary>A class as its student sees it.</summary>
/// <param name="StartsOn">The first day of studying, in the institution's zone.</param>
/// <param name="EndsOn">The last day; null: it has no end.</param>
public sealed record LearnerClass(long Id, string Name, long CourseId, string CourseName, DateOnly StartsOn, DateOnly? EndsOn);
