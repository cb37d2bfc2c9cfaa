using System.Globalization;
using Sineta.Delivery.Institutions;
using Sineta.Events;
using Sineta.Learning.Catalog;
using Sineta.Learning.Storage;
using Sineta.Learning.Trails;

namespace Sineta.Learning.Progress;

/// <summary>
/// Completes a content under an enrolment, and all that follows from it in the same transaction (R10): 1. hold the enrolment, 2. judge what
/// was given, 3. keep the completion, 4. tell of the content, 5. complete the course, 6. finish trails. Doing it again tells nothing (R6).
/// </summary>
public sealed class CompleteContent(CampusTransactions campus)
{
    public Task<Change<CompletionResult>> RunAsync(
        Institution institution, CompletionRequest request, CancellationToken cancellationToken) =>
        campus.RunAsync(institution, async transaction =>
        {
            var (study, refusal) = await Study.BeginAsync<CompletionResult>(
                transaction, request.EnrollmentId, request.ContentId, request.LearnerId, cancellationToken);
            var change = study is null ? refusal! : await CompleteAsync(transaction, study, request, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return change;
        }, cancellationToken);

    private static async Task<Change<CompletionResult>> CompleteAsync(
        CampusTransaction transaction, Study study, CompletionRequest request, CancellationToken cancellationToken)
    {
        var content = study.Content;
        var faults = CompletionRules.FaultsOf(content, request);
        var questions = content.Kind is ContentKind.Quiz ? await QuestionStore.ListAsync(transaction, content.Id, cancellationToken) : [];
        if (content.Kind is ContentKind.Quiz)
            faults.AddRange(QuizGrading.FaultsOf(questions, request.Answers ?? []));
        if (faults.Count > 0)
            return new Change<CompletionResult>.Refused(faults);
        var before = await CompletionStore.LockAsync(transaction, study.Enrollment.Id, content.Id, cancellationToken);
        if (CompletionRules.Missing(content, request, before?.AttemptsSinceReset ?? 0, transaction.Now) is { } missing)
            return new Change<CompletionResult>.Impossible(missing);
        if (before?.CompletedAt is not null && content.Kind is not ContentKind.Quiz)
            return Made(await ResultAsync(transaction, study, before, isNew: false, graded: null, cancellationToken));

        before ??= await CompletionStore.StartAsync(transaction, study.Enrollment.Id, study.Learner.Id, content.Id, cancellationToken);
        var graded = content.Kind is ContentKind.Quiz ? QuizGrading.Grade(questions, request.Answers!) : null;
        var completion = CompletionRules.After(before, request, graded, transaction.Now);
        await CompletionStore.SaveAsync(transaction, completion, cancellationToken);
        if (graded is not null)
            await CompletionStore.AddAttemptAsync(transaction, completion, graded, cancellationToken);
        var isNew = before.CompletedAt is null;
        return Made(await ResultAsync(transaction, study, completion, isNew, graded, cancellationToken));
    }

    private static Change<CompletionResult>.Made Made(CompletionResult result) => new(result);

    private static async Task<CompletionResult> ResultAsync(
        CampusTransaction transaction, Study study, Completion completion, bool isNew, GradedQuiz? graded,
        CancellationToken cancellationToken)
    {
        var enrollment = study.Enrollment;
        var required = await CompletionStore.RequiredAsync(transaction, enrollment.Id, enrollment.CourseId, cancellationToken);
        var isCompleted = enrollment.CompletedAt is not null;
        if (isNew)
        {
            var progress = required.Progress(isCompleted);
            // What was completed before it was reset was told then, or was not to be (R18, R19).
            if (completion.AttemptsAtReset is null)
                Tell(transaction, study, completion, graded, progress);
            if (required.AreDone && !isCompleted)
            {
                enrollment = await CourseCompletion.CompleteAsync(
                    transaction, enrollment, study.Content.CourseName, study.Learner, cancellationToken);
            }

            await TrailFinishing.EvaluateAsync(transaction, [study.Learner.Id], cancellationToken);
        }

        return new CompletionResult(completion, enrollment, required.Progress(enrollment.CompletedAt is not null), isNew, graded);
    }

    private static void Tell(CampusTransaction transaction, Study study, Completion completion, GradedQuiz? graded, int progress)
    {
        var content = study.Content;
        var answer = graded?.Readable() ?? completion.Answer;
        var told = new CompletedContent(
            completion.Id, transaction.Institution.Id, content.SchoolId, content.CourseId, content.LessonId, content.Id, answer,
            graded?.IsAllRight, content.Explanation, graded?.Score.Points, answer is null ? null : transaction.Local(transaction.Now),
            Delivered: answer is not null, completion.CurrentTime);
        var course = new CourseProgress(content.CourseId, content.CourseName, content.CertificateTemplateId, progress);
        transaction.Tell(
            new ContentCompleted(study.Learner.AsLearner(), told, course), study.Learner.Id,
            string.Create(CultureInfo.InvariantCulture, $"enrollment:{completion.EnrollmentId}/content:{content.Id}"));
    }
}
