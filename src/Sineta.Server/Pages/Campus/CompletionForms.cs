using System.Globalization;
using Sineta.Learning;
using Sineta.Learning.Catalog;
using Sineta.Learning.Progress;

namespace Sineta.Server.Pages.Campus;

/// <summary>What the page of a content sends: how far one is, and that it is done.</summary>
internal static class CompletionForms
{
    /// <summary>Completes a content by its own control, and shows what came of it: in place, or on the page.</summary>
    public static async Task<IResult> CompleteAsync(
        long id, long contentId, Form form, Viewer viewer, HttpContext context, [AsParameters] ContentReader reader,
        CompleteContent complete, Notices notices, CancellationToken cancellationToken)
    {
        if (await ContentPages.ReadAsync(id, contentId, again: true, viewer, reader, cancellationToken) is not { } model)
            return TypedResults.NotFound();
        var request = await RequestAsync(form, viewer, model, reader.Plays, cancellationToken);
        return await complete.RunAsync(viewer.School, request, cancellationToken) switch
        {
            Change<CompletionResult>.Made => await DoneAsync(model, viewer, context, reader, cancellationToken),
            Change<CompletionResult>.Unknown => TypedResults.NotFound(),
            _ => Refused(context, model, notices, RefusalOf(model)),
        };
    }

    /// <summary>Keeps where a medium is and what was played of it.</summary>
    /// <returns>How many milliseconds were played so far.</returns>
    public static async Task<IResult> KeepPositionAsync(
        long id, long contentId, Form form, Viewer viewer, StudyStore studies, StartContent start, MediaPlays plays,
        CancellationToken cancellationToken)
    {
        if (await studies.FindAsync(viewer.InstitutionId, viewer.LearnerId, id, cancellationToken) is not { Enrollment: var enrollment })
            return TypedResults.NotFound();
        var kept = await start.RunAsync(
            viewer.School, enrollment.Id, contentId, viewer.LearnerId, form.Number("position") ?? 0, cancellationToken);
        if (kept is not Change<Completion>.Made)
            return TypedResults.Conflict();
        var played = await plays.AddAsync(viewer.InstitutionId, enrollment.Id, contentId, StretchesOf(form), cancellationToken);
        return TypedResults.Text(played.ToString(CultureInfo.InvariantCulture));
    }

    private static async Task<CompletionRequest> RequestAsync(
        Form form, Viewer viewer, ContentModel model, MediaPlays plays, CancellationToken cancellationToken)
    {
        var request = new CompletionRequest(model.Study.Enrollment.Id, model.Content.Id) { LearnerId = viewer.LearnerId };
        switch (model.Content.Kind)
        {
            case ContentKind.Quiz:
                return request with { Answers = [.. model.Questions.Select(q => AnswerOf(q, form))] };
            case ContentKind.Video or ContentKind.Audio:
                var played = await plays.AddAsync(
                    viewer.InstitutionId, model.Study.Enrollment.Id, model.Content.Id, StretchesOf(form), cancellationToken);
                return request with
                {
                    PlayedShare = form.Number("duration") is { } whole and > 0 ? ShareOf(played, whole) : 0,
                    MediaPosition = form.Number("position"),
                };
            default:
                return request;
        }
    }

    // Rounded up: players leave out the last instants.
    private static int ShareOf(int played, int whole) => (int)Math.Min(100, ((100L * played) + whole - 1) / whole);

    private static QuestionAnswer AnswerOf(Question question, Form form)
    {
        var field = FieldOf(question);
        if (question.Kind is QuestionKind.ShortText)
            return new(question.Id, Text: form.Text(field));
        var chosen = form.All(field).Select(
            o => int.TryParse(o, NumberStyles.None, CultureInfo.InvariantCulture, out var place) ? place : -1);
        return new(question.Id, [.. chosen.Distinct()]);
    }

    /// <summary>The name of a question's field.</summary>
    public static string FieldOf(Question question) => string.Create(CultureInfo.InvariantCulture, $"question-{question.Id}");

    /// <summary>Stretches as the player tells them: <c>0-1500 4000-9000</c>, in milliseconds.</summary>
    private static List<(int From, int To)> StretchesOf(Form form)
    {
        var stretches = new List<(int, int)>();
        foreach (var stretch in form.Text("played").Split(' ', StringSplitOptions.RemoveEmptyEntries).Take(500))
        {
            if (stretch.Split('-') is [var from, var to] && Milliseconds(from) is { } first && Milliseconds(to) is { } last && first < last)
                stretches.Add((first, last));
        }

        return stretches;
    }

    private static int? Milliseconds(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= MediaPlays.MostMilliseconds
            ? number : null;

    private static async Task<IResult> DoneAsync(
        ContentModel model, Viewer viewer, HttpContext context, ContentReader reader, CancellationToken cancellationToken)
    {
        var (id, contentId) = (model.Outline.Course.Id, model.Content.Id);
        if (!IsByHtmx(context)
            || await ContentPages.ReadAsync(id, contentId, again: false, viewer, reader, cancellationToken) is not { } now)
            return TypedResults.LocalRedirect($"{model.Action}#{(model.Content.Kind is ContentKind.Quiz ? "result" : "completion")}");
        return CompletionUpdate.Of(now);
    }

    private static IResult Refused(HttpContext context, ContentModel model, Notices notices, string sentence)
    {
        if (IsByHtmx(context))
            return CompletionUpdate.Of(model with { Refusal = sentence });
        notices.Leave(context, new Notice(sentence, Notice.Warning));
        return TypedResults.LocalRedirect(model.Action);
    }

    private static string RefusalOf(ContentModel model) => model.Content.Kind switch
    {
        ContentKind.Video or ContentKind.Audio => CampusTexts.PlayMore.With(model.Content.RequiredShare),
        ContentKind.Quiz when model.AttemptsLeft is 0 => CampusTexts.NoAttemptsLeft,
        ContentKind.Quiz => CampusTexts.AnswersIncomplete,
        ContentKind.Live when !model.HasBegun => CampusTexts.LiveNotYet,
        _ => CampusTexts.NotNow,
    };

    private static bool IsByHtmx(HttpContext context) => context.Request.Headers.ContainsKey("HX-Request");
}
