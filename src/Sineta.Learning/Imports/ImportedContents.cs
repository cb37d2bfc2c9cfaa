using Sineta.Delivery.Storage;
using Sineta.Learning.Catalog;
using Sineta.Learning.Storage;

namespace Sineta.Learning.Imports;

/// <summary>The contents that rows name, with their courses locked for study.</summary>
internal sealed class ImportedContents
{
    private readonly Dictionary<long, ImportedContent> _byId;
    private readonly ILookup<long, long> _required;

    private ImportedContents(IEnumerable<ImportedContent> contents, IEnumerable<(long CourseId, long Id)> required)
    {
        _byId = contents.ToDictionary(static c => c.Id);
        _required = required.ToLookup(static r => r.CourseId, static r => r.Id);
    }

    public IReadOnlyCollection<long> CourseIds => [.. _byId.Values.Select(static c => c.CourseId).Distinct()];

    public static async Task<ImportedContents> LockAsync(CampusTransaction transaction, long[] ids, CancellationToken cancellationToken)
    {
        await using var courses = transaction.Command(
            "select distinct course_id from contents where institution_id = $1 and id = any($2) order by course_id", ids);
        var courseIds = await courses.RowsAsync(static row => row.GetInt64(0), cancellationToken);
        foreach (var courseId in courseIds)
            await transaction.LockCourseForStudyAsync(courseId, cancellationToken);
        await using var command = transaction.Command(
            """
            select n.id, n.course_id, n.lesson_id, n.published, n.explanation, c.school_id, c.name, c.certificate_template_id
            from contents n join courses c on c.institution_id = n.institution_id and c.id = n.course_id
            where n.institution_id = $1 and n.id = any($2) and n.removed_at is null
            """, ids);
        var contents = await command.RowsAsync(
            static row => new ImportedContent(
                row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetBoolean(3), row.TextOrNull(4), row.GetInt64(5), row.GetString(6),
                row.IsDBNull(7) ? null : row.GetInt64(7)),
            cancellationToken);
        await using var required = transaction.Command(
            """
            select course_id, id from contents
            where institution_id = $1 and course_id = any($2) and removed_at is null and published and required
            """,
            courseIds.ToArray());
        return new ImportedContents(
            contents, await required.RowsAsync(static row => (row.GetInt64(0), row.GetInt64(1)), cancellationToken));
    }

    /// <summary>What the course requires now.</summary>
    public IReadOnlyCollection<long> RequiredOf(long courseId) => [.. _required[courseId]];

    /// <summary>The content that a row means; null where it is refused.</summary>
    public ImportedContent? Find(RowCells row)
    {
        if (_byId.TryGetValue(row.Id("content_id") ?? 0, out var content) && content.IsPublished)
            return content;
        row.Refuse("content_id", content is null ? "Is no content of the institution." : "Is not published.");
        return null;
    }
}

/// <summary>A content, with what the events tell of its course.</summary>
internal sealed record ImportedContent(
    long Id, long CourseId, long LessonId, bool IsPublished, string? Explanation, long SchoolId, string CourseName,
    long? CertificateTemplateId);
