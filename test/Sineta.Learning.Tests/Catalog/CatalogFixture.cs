using Sineta.Learning.Catalog;
using Sineta.Testing;

namespace Sineta.Learning.Tests.Catalog;

/// <summary>Makes courses as their authors do.</summary>
internal static class CatalogFixture
{
    public static CourseDraft Course(long schoolId, string name = "Marcenaria") => new() { SchoolId = schoolId, Name = name };

    public static ContentDraft Text(string title = "Leitura") => new() { Kind = "text", Title = title, Body = "# Madeira", Published = true };

    public static QuestionDraft Choice(params int[] right) => new()
    {
        Kind = right.Length == 1 ? "single" : "multiple",
        Text = "Qual é a mais dura?",
        Options = ["pinus", "ipê", "cedro"],
        RightOptions = right,
    };

    public static ContentDraft Quiz(params QuestionDraft[] questions) => new() { Kind = "quiz", Title = "Prova", Questions = questions };

    public static async Task<Course> AddDraftAsync(this CampusNode campus, CancellationToken cancellationToken, string name = "Marcenaria")
    {
        var school = await campus.AddSchoolAsync(cancellationToken);
        return CampusNode.Made(await campus.Get<CourseStore>().CreateAsync(campus.Institution, Course(school.Id, name), cancellationToken));
    }

    public static async Task<Lesson> AddLessonAsync(
        this CampusNode campus, long courseId, CancellationToken cancellationToken, string title = "Aula", int? position = null) =>
        CampusNode.Made(await campus.Get<LessonStore>().CreateAsync(
            campus.Institution, courseId, new LessonDraft { Title = title, Position = position }, cancellationToken));

    public static async Task<Content> AddContentAsync(
        this CampusNode campus, long lessonId, ContentDraft draft, CancellationToken cancellationToken) =>
        CampusNode.Made(await campus.Get<ContentStore>().CreateAsync(campus.Institution, lessonId, draft, cancellationToken));

    /// <summary>Runs a form that leaves the commit to its caller.</summary>
    public static Task<Change<T>> CommitAsync<T>(
        this CampusNode campus, Func<Learning.Storage.CampusTransaction, Task<Change<T>>> action, CancellationToken cancellationToken) =>
        campus.Get<Learning.Storage.CampusTransactions>().RunAsync(campus.Institution, async transaction =>
        {
            var change = await action(transaction);
            if (change is Change<T>.Made)
                await transaction.CommitAsync(cancellationToken);
            return change;
        }, cancellationToken);

    public static string[] PointersOf<T>(Change<T> change) =>
        [.. Assert.IsType<Change<T>.Refused>(change).Faults.Select(f => f.Pointer).Order(StringComparer.Ordinal)];
}
