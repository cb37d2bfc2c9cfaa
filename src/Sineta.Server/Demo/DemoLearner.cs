using Sineta.Delivery.Institutions;
using Sineta.Learning.Catalog;
using Sineta.Learning.Certificates;
using Sineta.Learning.Enrollments;
using Sineta.Learning.People;
using Sineta.Learning.Progress;
using Sineta.Learning.Trails;

namespace Sineta.Server.Demo;

/// <summary>Somebody who studies at the demo school, by the commands behind the buttons.</summary>
internal sealed class DemoLearner(IServiceProvider services, Institution institution, User user, CancellationToken cancellationToken)
{
    /// <summary>Enrols and completes the first contents of a course; all of them unless told otherwise.</summary>
    public async Task StudyAsync(CourseOutline course, EnrollmentSource source, int contents = int.MaxValue)
    {
        var request = new EnrollmentRequest(user.Id, course.Course.Id, source);
        var ensured = (await Get<EnsureEnrollment>().RunAsync(institution, request, cancellationToken)).Expect();
        foreach (var content in course.Lessons.SelectMany(l => l.Contents).Take(contents))
            await CompleteAsync(ensured.Enrollment.Id, content);
    }

    public async Task JoinAsync(long trailId) =>
        (await Get<JoinTrail>().RunAsync(institution, trailId, user.Id, cancellationToken)).Expect();

    /// <summary>Clicks "View certificate" of a completed course.</summary>
    public async Task ViewCertificateAsync(CourseOutline course)
    {
        var request = new EnrollmentRequest(user.Id, course.Course.Id, EnrollmentSource.CourseDetails);
        var ensured = (await Get<EnsureEnrollment>().RunAsync(institution, request, cancellationToken)).Expect();
        (await Get<ViewCertificate>().RunAsync(institution, ensured.Enrollment.Id, user.Id, cancellationToken)).Expect();
    }

    private async Task CompleteAsync(long enrollmentId, Content content)
    {
        if (content.Kind is ContentKind.Live)
            return;
        var request = new CompletionRequest(enrollmentId, content.Id);
        if (content.Kind is ContentKind.Video or ContentKind.Audio)
            request = request with { PlayedShare = 100, MediaPosition = 10 };
        if (content.Kind is ContentKind.Quiz)
            request = request with { Answers = await RightAnswersAsync(content.Id) };
        (await Get<CompleteContent>().RunAsync(institution, request, cancellationToken)).Expect();
    }

    private async Task<IReadOnlyList<QuestionAnswer>> RightAnswersAsync(long contentId) =>
    [
        .. from question in await Get<QuestionStore>().ListAsync(institution.Id, contentId, cancellationToken)
           select question.Kind is QuestionKind.ShortText
               ? new QuestionAnswer(question.Id, Text: question.RightTexts[0]) : new QuestionAnswer(question.Id, question.RightOptions),
    ];

    private T Get<T>()
        where T : notnull => services.GetRequiredService<T>();
}
