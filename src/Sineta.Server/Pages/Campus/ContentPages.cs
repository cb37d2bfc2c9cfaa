using Sineta.Learning;
using Sineta.Learning.Catalog;
using Sineta.Learning.Enrollments;
using Sineta.Learning.Progress;
using Sineta.Learning.Trails;

namespace Sineta.Server.Pages.Campus;

/// <summary>A content, studied.</summary>
internal static class ContentPages
{
    public static void Map(RouteGroupBuilder campus)
    {
        var content = campus.MapGroup("/courses/{id:long}/contents/{contentId:long}");
        content.MapGet("", ShowAsync);
        content.MapPost("/completion", CompletionForms.CompleteAsync);
        content.MapPost("/position", CompletionForms.KeepPositionAsync);
        campus.MapGet("/contents/{contentId:long}", FindAsync);
    }

    /// <summary>All that the page of a content shows; null where the learner may not study it.</summary>
    public static async Task<ContentModel?> ReadAsync(
        long courseId, long contentId, bool again, Viewer viewer, ContentReader reader, CancellationToken cancellationToken)
    {
        var institution = viewer.InstitutionId;
        var study = await reader.Studies.FindAsync(institution, viewer.LearnerId, courseId, cancellationToken);
        if (study is null || study.Enrollment.StateOn(viewer.Today(reader.Time)) is not EnrollmentState.Active)
            return null;
        var course = (await reader.Catalog.OutlineAsync(institution, courseId, cancellationToken))!;
        var done = await reader.Completions.ListAsync(institution, study.Enrollment.Id, cancellationToken);
        var outline = StudiedOutline.Of(course, done);
        if (outline.Items.FirstOrDefault(i => i.Content.Id == contentId) is not { Content: var content } item)
            return null;
        var isQuiz = content.Kind is ContentKind.Quiz;
        return new(outline, study, content, item.Completion, reader.Time.GetUtcNow())
        {
            Questions = isQuiz ? await reader.Questions.ListAsync(institution, contentId, cancellationToken) : [],
            LastAttempt = isQuiz && item.Completion is { Attempts: > 0, Id: var id }
                ? await reader.Studies.LastAttemptAsync(institution, id, cancellationToken) : null,
            Played = content.Kind is ContentKind.Video or ContentKind.Audio
                ? await reader.Plays.PlayedAsync(institution, study.Enrollment.Id, contentId, cancellationToken) : 0,
            TriesAgain = again,
            FinishedTrails = item.Completion?.CompletedAt is { } at ? await FinishedAtAsync(viewer, at, reader, cancellationToken) : [],
        };
    }

    private static async Task<IResult> ShowAsync(
        long id, long contentId, string? again, Viewer viewer, HttpContext context, [AsParameters] ContentReader reader, StartContent start,
        Notices notices, CancellationToken cancellationToken)
    {
        if (await ReadAsync(id, contentId, again is not null, viewer, reader, cancellationToken) is not { } model)
            return await ElsewhereAsync(id, contentId, viewer, context, reader, notices, cancellationToken);
        if (model.Completion is null)
        {
            var begun = await start.RunAsync(
                viewer.School, model.Study.Enrollment.Id, contentId, viewer.LearnerId, mediaPosition: null, cancellationToken);
            model = model with { Completion = (begun as Change<Completion>.Made)?.Value };
        }

        if (model.MediaUrl is { } url && model.Content.FileId is null)
            PageGuard.AlsoLoadMedia(context, new Uri(url));
        return ContentPage.Of(model);
    }

    /// <summary>Who may not study a content is told why on its course's page.</summary>
    private static async Task<IResult> ElsewhereAsync(
        long id, long contentId, Viewer viewer, HttpContext context, ContentReader reader, Notices notices,
        CancellationToken cancellationToken)
    {
        var content = await reader.Contents.FindAsync(viewer.InstitutionId, contentId, cancellationToken);
        if (content is not { Published: true } || content.CourseId != id)
            return TypedResults.NotFound();
        notices.Leave(context, new Notice(CampusTexts.EnrollFirst, Notice.Warning));
        return TypedResults.LocalRedirect(CampusPages.Course(id));
    }

    /// <summary>A content by itself, as trails have them.</summary>
    private static async Task<IResult> FindAsync(
        long contentId, Viewer viewer, ContentStore contents, CancellationToken cancellationToken) =>
        await contents.FindAsync(viewer.InstitutionId, contentId, cancellationToken) is { } content
            ? TypedResults.LocalRedirect(CampusPages.Content(content.CourseId, contentId)) : TypedResults.NotFound();

    // What one action brought about has one moment.
    private static async Task<IReadOnlyList<TrailParticipation>> FinishedAtAsync(
        Viewer viewer, DateTimeOffset at, ContentReader reader, CancellationToken cancellationToken)
    {
        var trails = await reader.Trails.OfLearnerAsync(viewer.InstitutionId, viewer.LearnerId, cancellationToken);
        return [.. trails.Where(t => t.FinishedAt == at)];
    }
}

/// <summary>Where the page of a content reads what it shows.</summary>
internal sealed record ContentReader(
    StudyStore Studies, CourseCatalog Catalog, ContentStore Contents, CompletionStore Completions, QuestionStore Questions,
    MediaPlays Plays, TrailProgress Trails, TimeProvider Time);

/// <param name="Completion">Null where it was never begun.</param>
public sealed record ContentModel(
    StudiedOutline Outline, CourseStudy Study, Content Content, Completion? Completion, DateTimeOffset Now)
{
    private const int FastWordsPerMinute = 400;

    private const int LeastReadingSeconds = 5;

    public IReadOnlyList<Question> Questions { get; init; } = [];

    /// <summary>quiz: what was given last, and whether it was right; null where it was never submitted.</summary>
    public IReadOnlyList<GradedAnswer>? LastAttempt { get; init; }

    /// <summary>video, audio: milliseconds that were played so far.</summary>
    public int Played { get; init; }

    /// <summary>quiz: the learner wants another attempt.</summary>
    public bool TriesAgain { get; init; }

    /// <summary>What was finished with it.</summary>
    public IReadOnlyList<TrailParticipation> FinishedTrails { get; init; } = [];

    /// <summary>What was wrong with what was sent, as a sentence.</summary>
    public string? Refusal { get; init; }

    public bool IsCompleted => Completion?.CompletedAt is not null;

    public bool HasBegun => Content.StartsAt is not { } start || start <= Now;

    /// <summary>text: how long somebody who reads fast takes for it.</summary>
    public int ReadingSeconds => Math.Max(LeastReadingSeconds, WordCount * 60 / FastWordsPerMinute);

    public string? MediaUrl => Content.FileId is { } file ? CampusPages.File(file) : Content.Url;

    /// <summary>quiz: null: as many as one likes.</summary>
    public int? AttemptsLeft => Content.MaxAttempts is { } most ? Math.Max(0, most - (Completion?.AttemptsSinceReset ?? 0)) : null;

    public bool ShowsForm => LastAttempt is null || (AttemptsLeft is not 0 && (TriesAgain || !IsCompleted));

    public Content? Next => Outline.After(Content.Id);

    public string Action => CampusPages.Content(Outline.Course.Id, Content.Id);

    private int WordCount => Content.Body?.Split(default(char[]), StringSplitOptions.RemoveEmptyEntries).Length ?? 0;
}
