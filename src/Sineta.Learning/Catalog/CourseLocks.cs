using Sineta.Learning.Storage;

namespace Sineta.Learning.Catalog;

/// <summary>
/// Keeps a course as it is while somebody studies it: any number study at once, and who edits is alone. Held until the transaction ends,
/// and taken before every other lock.
/// </summary>
internal static class CourseLocks
{
    /// <summary>For who studies, or enrolls: what the course has stays as it is.</summary>
    public static Task LockCourseForStudyAsync(this CampusTransaction transaction, long courseId, CancellationToken cancellationToken) =>
        transaction.ExecuteAsync("select pg_advisory_xact_lock_shared(hashtextextended('course', $2))", [courseId], cancellationToken);

    /// <summary>For who edits: nobody studies meanwhile, and who was studying has committed.</summary>
    public static Task LockCourseForEditAsync(this CampusTransaction transaction, long courseId, CancellationToken cancellationToken) =>
        transaction.ExecuteAsync("select pg_advisory_xact_lock(hashtextextended('course', $2))", [courseId], cancellationToken);
}
