using Sineta.Learning.Certificates;
using Sineta.Learning.Enrollments;
using Sineta.Learning.People;
using Sineta.Learning.Progress;
using Sineta.Testing;

namespace Sineta.Learning.Tests;

/// <summary>A learner who is enrolled in a course, and what such a learner does.</summary>
internal sealed class Student(CampusNode campus, User user, SeededCourse course, Enrollment enrollment, CancellationToken cancellationToken)
{
    public User User => user;

    public SeededCourse Course => course;

    public Enrollment Enrollment => enrollment;

    public static async Task<Student> EnrolledAsync(CampusNode campus, SeededCourse course, CancellationToken cancellationToken, User? user = null)
    {
        user ??= await campus.AddUserAsync(cancellationToken);
        var request = new EnrollmentRequest(user.Id, course.Id, EnrollmentSource.CatalogCard);
        var ensured = CampusNode.Made(await campus.Get<EnsureEnrollment>().RunAsync(campus.Institution, request, cancellationToken));
        return new Student(campus, user, course, ensured.Enrollment, cancellationToken);
    }

    /// <summary>The request of a completion of one of the course's contents.</summary>
    public CompletionRequest Of(int content) => new(enrollment.Id, course.ContentIds[content]) { LearnerId = user.Id };

    public Task<Change<CompletionResult>> TryAsync(CompletionRequest request) =>
        campus.Get<CompleteContent>().RunAsync(campus.Institution, request, cancellationToken);

    public async Task<CompletionResult> CompleteAsync(CompletionRequest request) => CampusNode.Made(await TryAsync(request));

    public Task<CompletionResult> CompleteAsync(int content) => CompleteAsync(Of(content));

    /// <summary>Answers a seeded quiz, right or wrong.</summary>
    public async Task<CompletionRequest> AnswerAsync(int content, bool right)
    {
        var question = await campus.NumberAsync(
            "select min(id) from questions where institution_id = $1 and content_id = $2", cancellationToken, campus.Institution.Id,
            course.ContentIds[content]);
        return Of(content) with { Answers = [new QuestionAnswer(question, [right ? 1 : 0])] };
    }

    public Task<Change<ViewedCertificate>> TryViewAsync() =>
        campus.Get<ViewCertificate>().RunAsync(campus.Institution, enrollment.Id, user.Id, cancellationToken);

    public async Task<ViewedCertificate> ViewAsync() => CampusNode.Made(await TryViewAsync());

    public async Task<Enrollment> NowAsync() =>
        (await campus.Get<EnrollmentStore>().FindAsync(campus.Institution.Id, enrollment.Id, cancellationToken))!;

    /// <summary>What was told, by slug.</summary>
    public async Task<string[]> ToldAsync() =>
        [.. (await campus.EventsAsync(cancellationToken)).Select(e => e.Slug["activities.".Length..])];
}
