using Npgsql;
using Sineta.Delivery.Institutions;
using Sineta.Delivery.Storage;
using Sineta.Events;
using Sineta.Learning.Storage;

namespace Sineta.Learning.Catalog;

/// <summary>Makes, finds and changes an institution's courses.</summary>
public sealed class CourseStore(NpgsqlDataSource database, CampusTransactions campus)
{
    internal const string Columns =
        """
        c.id, c.school_id, c.name, c.description, c.workload_hours, c.status, c.validity_days, c.certificate_template_id, c.cover_id,
        c.created_at
        """;

    /// <summary>Makes a course, which is a draft.</summary>
    public Task<Change<Course>> CreateAsync(Institution institution, CourseDraft draft, CancellationToken cancellationToken) =>
        campus.RunAsync<Change<Course>>(institution, async transaction =>
        {
            var (canonical, faults) = await CheckAsync(transaction, draft, cancellationToken);
            if (canonical.Status != Words.Of(CourseStatus.Draft) && faults.All(f => f.Pointer != "/status"))
                faults.Add(new("/status", "A new course is a draft: publish it once it has contents."));
            if (faults.Count > 0)
                return new Change<Course>.Refused(faults);
            await using var command = transaction.Command(
                $"""
                insert into courses as c (institution_id, school_id, name, description, workload_hours, status, validity_days,
                                          certificate_template_id, cover_id, created_at)
                values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) returning {Columns}
                """, [.. ValuesOf(canonical), transaction.Now]);
            var course = (await command.RowAsync(Read, cancellationToken))!;
            await transaction.CommitAsync(cancellationToken);
            return new Change<Course>.Made(course);
        }, cancellationToken);

    /// <summary>Changes a course, its status too. What happened before keeps the name it happened under (R20).</summary>
    /// <param name="change">Makes the new settings of the present ones.</param>
    public Task<Change<Course>> UpdateAsync(
        Institution institution, long id, Func<CourseDraft, CourseDraft> change, CancellationToken cancellationToken) =>
        campus.RunAsync<Change<Course>>(institution, async transaction =>
        {
            await transaction.LockCourseForEditAsync(id, cancellationToken);
            if (await FindAsync(transaction, id, cancellationToken) is not { } present)
                return Unknown(id);
            var (canonical, faults) = await CheckAsync(transaction, change(CourseDraft.Of(present)), cancellationToken);
            if (faults.Count > 0)
                return new Change<Course>.Refused(faults);
            var canBeCompleted = await CanBeCompletedAsync(transaction, id, cancellationToken);
            if (CourseRules.Obstacle(present.Status, Words.Parse<CourseStatus>(canonical.Status), canBeCompleted) is { } obstacle)
                return new Change<Course>.Impossible(obstacle);
            await using var command = transaction.Command(
                $"""
                update courses c set school_id = $2, name = $3, description = $4, workload_hours = $5, status = $6, validity_days = $7,
                    certificate_template_id = $8, cover_id = $9
                where institution_id = $1 and id = $10 returning {Columns}
                """, [.. ValuesOf(canonical), id]);
            var course = (await command.RowAsync(Read, cancellationToken))!;
            await transaction.CommitAsync(cancellationToken);
            return new Change<Course>.Made(course);
        }, cancellationToken);

    /// <summary>Deletes a draft in which nobody was ever enrolled, and which no class and no trail has.</summary>
    public Task<Change<Course>> DeleteAsync(Institution institution, long id, CancellationToken cancellationToken) =>
        campus.RunAsync<Change<Course>>(institution, async transaction =>
        {
            await transaction.LockCourseForEditAsync(id, cancellationToken);
            if (await FindAsync(transaction, id, cancellationToken) is not { } course)
                return Unknown(id);
            if (course.Status is not CourseStatus.Draft)
                return new Change<Course>.Impossible("Only a draft can be deleted: archive the course.");
            const string Delete =
                """
                with gone_questions as (
                    delete from questions q using contents c
                    where q.institution_id = $1 and c.institution_id = $1 and c.id = q.content_id and c.course_id = $2),
                gone_contents as (delete from contents where institution_id = $1 and course_id = $2),
                gone_lessons as (delete from lessons where institution_id = $1 and course_id = $2)
                delete from courses where institution_id = $1 and id = $2
                """;
            if (!await CatalogReferences.TryDeleteAsync(transaction, Delete, id, cancellationToken))
                return new Change<Course>.Impossible("Somebody is enrolled in it, or a class or a trail has it.");
            await transaction.CommitAsync(cancellationToken);
            return new Change<Course>.Made(course);
        }, cancellationToken);

    public async Task<Course?> FindAsync(long institutionId, long id, CancellationToken cancellationToken)
    {
        await using var command = Commands.Of(
            database, $"select {Columns} from courses c where c.institution_id = $1 and c.id = $2", institutionId, id);
        return await command.RowAsync(Read, cancellationToken);
    }

    internal static async Task<Course?> FindAsync(CampusTransaction transaction, long id, CancellationToken cancellationToken)
    {
        await using var command = transaction.Command($"select {Columns} from courses c where c.institution_id = $1 and c.id = $2", id);
        return await command.RowAsync(Read, cancellationToken);
    }

    internal static Course Read(NpgsqlDataReader row) => new(
        row.GetInt64(0), row.GetInt64(1), row.GetString(2), row.GetString(3), row.GetInt32(4), Words.Parse<CourseStatus>(row.GetString(5)),
        row.NumberOrNull(6), row.IsDBNull(7) ? null : row.GetInt64(7), row.IdOrNull(8), row.GetFieldValue<DateTimeOffset>(9));

    private static object?[] ValuesOf(CourseDraft draft) =>
    [
        draft.SchoolId, draft.Name, draft.Description, draft.WorkloadHours, draft.Status, draft.ValidityDays, draft.CertificateTemplateId,
        CatalogReferences.FileIdOf(draft.CoverId),
    ];

    private static async Task<(CourseDraft Canonical, List<Fault> Faults)> CheckAsync(
        CampusTransaction transaction, CourseDraft draft, CancellationToken cancellationToken)
    {
        var (canonical, broken) = CourseRules.Check(draft);
        List<Fault> faults = [.. broken];
        await using var command = transaction.Command(
            """
            select '/school_id', 'Is no school of the institution.'
            where $2::bigint is not null and not exists (select from schools where institution_id = $1 and id = $2)
            union all
            select '/certificate_template_id', 'Is no certificate template of the institution.'
            where $3::bigint is not null and not exists (select from certificate_templates where institution_id = $1 and id = $3)
            """, canonical.SchoolId, canonical.CertificateTemplateId);
        faults.AddRange(await command.RowsAsync(static row => new Fault(row.GetString(0), row.GetString(1)), cancellationToken));
        faults.AddRange(CatalogReferences.At(
            "/cover_id", await CatalogReferences.FaultOfPictureAsync(transaction, canonical.CoverId, cancellationToken)));
        return (canonical, faults);
    }

    private static async Task<bool> CanBeCompletedAsync(CampusTransaction transaction, long id, CancellationToken cancellationToken) =>
        await transaction.NumberAsync(
            """
            select count(*) from (select from contents
                where institution_id = $1 and course_id = $2 and published and required and removed_at is null limit 1) counting
            """, [id], cancellationToken) > 0;

    private static Change<Course>.Unknown Unknown(long id) => new($"There is no course {id}.");
}
