using Sineta.Learning.Catalog;
using Sineta.Learning.Certificates;
using Sineta.Learning.Enrollments;
using Sineta.Learning.People;
using Sineta.Learning.Progress;
using Sineta.Learning.Trails;
using Sineta.Testing;

namespace Sineta.Learning.Tests.Stories;

/// <summary>One action of a story; what an action needs not, it ignores.</summary>
internal sealed record Step(Act Act, int Who, int Course, int Content, bool Flag);

internal enum Act
{
    Enroll,
    Complete,
    Reset,
    Suspend,
    Resume,
    Renew,
    Cancel,
    NextDay,
    AddContent,
    RemoveContent,
    ToggleRequired,
    Join,
    EditTrail,
    View,
}

/// <summary>
/// Plays steps on a campus and in the model at once: two learners, three courses, of which the last keeps its content, and a trail.
/// </summary>
internal sealed class Story(CampusNode campus, User[] users, ModelCourse[] courses, long trailId, CancellationToken cancellationToken)
{
    private readonly ModelTrailItem[][] _trails =
        [[new(0)], [new(1)], [new(0), new(1)], [new(2, courses[2].Contents[0].Id)], [new(1), new(2, courses[2].Contents[0].Id)]];

    private EnrollmentLifecycle Lifecycle => campus.Get<EnrollmentLifecycle>();

    public ModelCampus Model { get; } = new(courses, [.. users.Select(u => u.Id)], trailId);

    public static async Task<Story> BeginAsync(CampusNode campus, CancellationToken cancellationToken)
    {
        User[] users = [await campus.AddUserAsync(cancellationToken), await campus.AddUserAsync(cancellationToken)];
        ModelCourse[] courses =
        [
            await AddAsync(new CourseSeed { ValidityDays = 2, Rate = 50, Contents = [new(), new("quiz"), new("quiz")] }),
            await AddAsync(new CourseSeed { Contents = [new(), new()] }),
            await AddAsync(new CourseSeed { ValidityDays = 3, Rate = 50, Contents = [new()] }),
        ];
        var draft = new TrailDraft { Name = "Trilha", Status = "published", Items = [new() { CourseId = courses[0].Id }] };
        var trail = CampusNode.Made(await campus.Get<TrailEditing>().CreateAsync(campus.Institution, draft, cancellationToken));
        var story = new Story(campus, users, courses, trail.Id, cancellationToken);
        story.Model.EditTrail(story._trails[0]);
        return story;

        async Task<ModelCourse> AddAsync(CourseSeed seed)
        {
            var made = await campus.AddCourseAsync(seed, cancellationToken);
            return new ModelCourse(
                made.Id, made.LessonId, seed.ValidityDays, seed.Rate,
                [.. made.ContentIds.Zip(seed.Contents, static (id, content) => new ModelContent(id, content.Kind == "quiz"))]);
        }
    }

    public async Task PlayAsync(Step step)
    {
        Model.BeginAction();
        var course = courses[step.Course];
        var content = course.Contents[step.Content % course.Contents.Count];
        switch (step.Act)
        {
            case Act.NextDay:
                campus.Time.Advance(TimeSpan.FromDays(1));
                Model.NextDay();
                break;
            case Act.Enroll:
                await EnrollAsync(step);
                break;
            case Act.AddContent or Act.RemoveContent or Act.ToggleRequired:
                await EditAsync(step, course, content);
                break;
            case Act.Join:
                CampusNode.Made(await campus.Get<JoinTrail>().RunAsync(campus.Institution, trailId, users[step.Who].Id, cancellationToken));
                Model.Join(step.Who);
                break;
            case Act.EditTrail:
                await EditTrailAsync(_trails[step.Content % _trails.Length]);
                break;
            default:
                if (Model.Meet(step.Who, step.Course) is { } met)
                    await ActAsync(step, met, content);
                break;
        }
    }

    private async Task ActAsync(Step step, ModelEnrollment met, ModelContent content)
    {
        var isOpen = met.Ended is null;
        switch (step.Act)
        {
            case Act.Complete:
                await campus.Get<CompleteContent>().RunAsync(campus.Institution, await RequestAsync(met, content, step.Flag), cancellationToken);
                Model.Complete(step.Who, step.Course, content, step.Flag);
                break;
            case Act.Reset:
                await campus.Get<ResetCompletion>().RunAsync(campus.Institution, met.Id, content.Id, cancellationToken);
                met.Done.Remove(content.Id);
                break;
            case Act.Suspend:
                await Lifecycle.SuspendAsync(campus.Institution, met.Id, cancellationToken);
                met.Suspended |= isOpen;
                break;
            case Act.Resume:
                await Lifecycle.ResumeAsync(campus.Institution, met.Id, cancellationToken);
                met.Suspended &= !isOpen;
                break;
            case Act.Renew:
                await Lifecycle.RenewAsync(campus.Institution, met.Id, dateExpire: null, cancellationToken);
                met.LastDay = isOpen ? Model.LastDay(step.Course) : met.LastDay;
                break;
            case Act.Cancel:
                await Lifecycle.CancelAsync(campus.Institution, met.Id, cancellationToken);
                met.Ended = "cancelled";
                break;
            default:
                await campus.Get<ViewCertificate>().RunAsync(campus.Institution, met.Id, users[step.Who].Id, cancellationToken);
                Model.View(step.Who, step.Course);
                break;
        }
    }

    private async Task EnrollAsync(Step step)
    {
        var request = new EnrollmentRequest(users[step.Who].Id, courses[step.Course].Id, (EnrollmentSource)(step.Content % 5));
        var ensured = CampusNode.Made(await campus.Get<EnsureEnrollment>().RunAsync(campus.Institution, request, cancellationToken));
        if (Model.Open(step.Who, step.Course) is null)
            Model.Enrolled(step.Who, step.Course, ensured.Enrollment.Id);
    }

    private async Task<CompletionRequest> RequestAsync(ModelEnrollment met, ModelContent content, bool right)
    {
        var request = new CompletionRequest(met.Id, content.Id);
        if (!content.IsQuiz)
            return request;
        var question = await campus.NumberAsync(
            "select min(id) from questions where institution_id = $1 and content_id = $2", cancellationToken, campus.Institution.Id, content.Id);
        return request with { Answers = [new QuestionAnswer(question, [right ? 1 : 0])] };
    }

    private async Task EditAsync(Step step, ModelCourse course, ModelContent content)
    {
        var editing = campus.Get<CourseEditing>();
        if (step.Act is Act.AddContent)
        {
            var draft = new ContentDraft { Kind = "text", Title = "Mais uma", Body = "Leia.", Published = true };
            var added = await campus.Get<ContentStore>().CreateAsync(campus.Institution, course.LessonId, draft, cancellationToken);
            course.Contents.Add(new ModelContent(CampusNode.Made(added).Id, IsQuiz: false));
        }
        else if (content.IsRemoved || step.Course == 2)
        {
            return;
        }
        else if (step.Act is Act.RemoveContent)
        {
            CampusNode.Made(await editing.RemoveContentAsync(campus.Institution, content.Id, int.MaxValue, cancellationToken));
            content.IsRemoved = true;
        }
        else
        {
            content.IsRequired = !content.IsRequired;
            CampusNode.Made(await editing.UpdateContentAsync(
                campus.Institution, content.Id, d => d with { Required = content.IsRequired }, int.MaxValue, cancellationToken));
        }

        Model.Edited(step.Course);
    }

    private async Task EditTrailAsync(ModelTrailItem[] items)
    {
        Task<Change<Trail>> Edit(int? confirmed) => campus.Get<TrailEditing>().UpdateAsync(
            campus.Institution, trailId,
            d => d with
            {
                Items = [.. items.Select(
                    i => new TrailItemDraft { CourseId = i.Content is null ? courses[i.Course].Id : null, ContentId = i.Content })],
            },
            confirmed, cancellationToken);
        var change = await Edit(confirmed: null);
        CampusNode.Made(change is Change<Trail>.Unconfirmed(var completions) ? await Edit(completions) : change);
        Model.EditTrail(items);
    }
}
