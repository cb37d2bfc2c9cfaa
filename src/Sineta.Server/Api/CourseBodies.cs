using Sineta.Delivery.Storage;
using Sineta.Learning;
using Sineta.Learning.Catalog;

namespace Sineta.Server.Api;

/// <summary>A course as the API shows it.</summary>
/// <param name="WorkloadHours">What certificates say of its length.</param>
/// <param name="Status">draft, published or archived.</param>
/// <param name="ValidityDays">How many days an enrolment lasts; null: for ever.</param>
/// <param name="CoverId">A picture among the files.</param>
public sealed record CourseBody(
    long Id, long SchoolId, string Name, string Description, int WorkloadHours, string Status, int? ValidityDays,
    long? CertificateTemplateId, string? CoverId, DateTimeOffset CreatedAt)
{
    internal static CourseBody Of(Course course) => new(
        course.Id, course.SchoolId, course.Name, course.Description, course.WorkloadHours, Words.Of(course.Status), course.ValidityDays,
        course.CertificateTemplateId, FileBody.IdOf(course.CoverId), course.CreatedAt);
}

/// <summary>A course in a list.</summary>
/// <param name="Contents">How many published contents it has.</param>
public sealed record ListedCourseBody(
    long Id, long SchoolId, string SchoolName, string Name, string Description, int WorkloadHours, string Status, string? CoverId,
    int Lessons, int Contents, DateTimeOffset CreatedAt)
{
    internal static ListedCourseBody Of(ListedCourse listed)
    {
        var course = listed.Course;
        return new(
            course.Id, course.SchoolId, listed.SchoolName, course.Name, course.Description, course.WorkloadHours, Words.Of(course.Status),
            FileBody.IdOf(course.CoverId), listed.Lessons, listed.Contents, course.CreatedAt);
    }
}

/// <summary>A course with all that it has, in order.</summary>
public sealed record OutlinedCourseBody(
    long Id, long SchoolId, string SchoolName, string Name, string Description, int WorkloadHours, string Status, int? ValidityDays,
    long? CertificateTemplateId, string? CoverId, DateTimeOffset CreatedAt, IReadOnlyList<OutlinedLessonBody> Lessons)
{
    internal static OutlinedCourseBody Of(CourseOutline outline)
    {
        var course = CourseBody.Of(outline.Course);
        return new(
            course.Id, course.SchoolId, outline.SchoolName, course.Name, course.Description, course.WorkloadHours, course.Status,
            course.ValidityDays, course.CertificateTemplateId, course.CoverId, course.CreatedAt,
            [.. outline.Lessons.Select(OutlinedLessonBody.Of)]);
    }
}

/// <summary>A lesson with its contents, in order.</summary>
public sealed record OutlinedLessonBody(long Id, string Title, int Position, IReadOnlyList<OutlinedContentBody> Contents)
{
    internal static OutlinedLessonBody Of(OutlinedLesson outlined) => new(
        outlined.Lesson.Id, outlined.Lesson.Title, outlined.Lesson.Position,
        [.. outlined.Contents.Select(c => new OutlinedContentBody(c.Id, Words.Of(c.Kind), c.Title, c.Position, c.Published, c.Required))]);
}

/// <summary>A content in its course; <c>GET /v1/contents/{id}</c> has the whole of it.</summary>
public sealed record OutlinedContentBody(long Id, string Kind, string Title, int Position, bool Published, bool Required);

/// <summary>A lesson as the API shows it.</summary>
/// <param name="Position">Where it stands in its course, from 1.</param>
public sealed record LessonBody(long Id, long CourseId, string Title, int Position)
{
    internal static LessonBody Of(Lesson lesson) => new(lesson.Id, lesson.CourseId, lesson.Title, lesson.Position);
}

/// <summary>A content as the API shows it; null is what its kind has not.</summary>
/// <param name="Position">Where it stands in its lesson, from 1.</param>
/// <param name="RequiredShare">Percent that have to be played.</param>
/// <param name="Questions">Of a quiz, in order; empty for the other kinds.</param>
public sealed record ContentBody(
    long Id, long CourseId, long LessonId, string Kind, string Title, int Position, bool Published, bool Required, string? Body,
    string? Url, string? FileId, int? RequiredShare, DateTimeOffset? StartsAt, int? MaxAttempts, string? Explanation,
    IReadOnlyList<QuestionBody> Questions)
{
    internal static ContentBody Of(Content content, IReadOnlyList<Question> questions, Caller caller) => new(
        content.Id, content.CourseId, content.LessonId, Words.Of(content.Kind), content.Title, content.Position, content.Published,
        content.Required, content.Body, content.Url, FileBody.IdOf(content.FileId), content.RequiredShare, content.StartsAt,
        content.MaxAttempts, content.Explanation, [.. questions.Select(q => QuestionBody.Of(q, caller.RunsCampus))]);
}

/// <summary>A question of a quiz, with its right answers.</summary>
/// <param name="RightOptions">The places of the right options, from 0; null for keys without the scope learning:manage.</param>
/// <param name="RightTexts">What is taken for right, by any case and accent; null for keys without the scope learning:manage.</param>
/// <param name="Explanation">Of the right answer; null for keys without the scope learning:manage.</param>
public sealed record QuestionBody(
    long Id, string Kind, string Text, IReadOnlyList<string> Options, IReadOnlyList<int>? RightOptions, IReadOnlyList<string>? RightTexts,
    decimal Points, string? Explanation)
{
    internal static QuestionBody Of(Question question, bool withAnswers) => new(
        question.Id, Words.Of(question.Kind), question.Text, question.Options, withAnswers ? question.RightOptions : null,
        withAnswers ? question.RightTexts : null, question.Points, withAnswers ? question.Explanation : null);
}

/// <summary>A certificate template as the API shows it.</summary>
/// <param name="Type">participation or achievement.</param>
/// <param name="ApprovalRate">Percent that the mean of the scores has to reach for an achievement.</param>
public sealed record CertificateTemplateBody(
    long Id, string Name, string Type, decimal ApprovalRate, string Title, string Text, string? LogoId, DateTimeOffset CreatedAt)
{
    internal static CertificateTemplateBody Of(CertificateTemplate template) => new(
        template.Id, template.Name, Words.Of(template.Type), template.ApprovalRate, template.Title, template.Text,
        FileBody.IdOf(template.LogoId), template.CreatedAt);
}

/// <summary>An uploaded file as the API shows it; <c>GET /v1/files/{id}</c> has its bytes.</summary>
/// <param name="Size">In bytes.</param>
public sealed record FileBody(string Id, string Name, string MediaType, long Size, DateTimeOffset CreatedAt)
{
    internal static FileBody Of(StoredFile file) => new(IdOf(file.Id)!, file.Name, file.MediaType, file.Size, file.CreatedAt);

    internal static string? IdOf(Guid? id) => id is { } given ? PublicId.Format(StoredFile.IdPrefix, given) : null;
}
