using Microsoft.AspNetCore.Http.HttpResults;
using Sineta.Delivery.Dispatch;
using Sineta.Delivery.Endpoints;
using Sineta.Delivery.Intake;
using Sineta.Delivery.Storage;
using Sineta.Events;

namespace Sineta.Server.Pages.Webhooks;

/// <summary>What the buttons of an endpoint's page do.</summary>
internal static class EndpointActions
{
    public static void Map(RouteGroupBuilder endpoint)
    {
        endpoint.MapPost("/verify", VerifyAsync);
        endpoint.MapPost("/challenge", TakeChallengeAsync);
        endpoint.MapPost("/pause", PauseAsync);
        endpoint.MapPost("/resume", ResumeAsync);
        endpoint.MapPost("/rotate-secret", RotateSecretAsync);
        endpoint.MapPost("/test", TestAsync);
        endpoint.MapPost("/delete", DeleteAsync);
    }

    private static async Task<Results<RedirectHttpResult, NotFound>> VerifyAsync(
        string id, Viewer viewer, HttpContext context, Configuration configuration, EndpointVerifier verifier, Notices notices,
        CancellationToken cancellationToken)
    {
        if (EndpointPages.Find(configuration, viewer, id) is not { } endpoint)
            return TypedResults.NotFound();
        var outcome = await verifier.VerifyAsync(endpoint, cancellationToken);
        notices.Leave(context, outcome.Problem is { } problem
            ? new Notice(Sentences.InPageLanguage(problem), Notice.Danger) : new Notice(WebhookTexts.EndpointVerified));
        return TypedResults.LocalRedirect(Words.PathOf(endpoint));
    }

    private static async Task<Results<RedirectHttpResult, NotFound>> TakeChallengeAsync(
        string id, Form form, Viewer viewer, HttpContext context, EndpointRegistry registry, Notices notices,
        CancellationToken cancellationToken)
    {
        var change = await registry.VerifyByHandAsync(viewer.InstitutionId, IdOf(id), form.Text("challenge"), cancellationToken);
        return Answer(id, change, WebhookTexts.EndpointVerified, context, notices);
    }

    private static async Task<Results<RedirectHttpResult, NotFound>> PauseAsync(
        string id, Viewer viewer, HttpContext context, EndpointRegistry registry, Notices notices, CancellationToken cancellationToken)
    {
        var change = await registry.PauseAsync(viewer.InstitutionId, IdOf(id), cancellationToken);
        return Answer(id, change, WebhookTexts.EndpointPaused, context, notices);
    }

    private static async Task<Results<RedirectHttpResult, NotFound>> ResumeAsync(
        string id, Viewer viewer, HttpContext context, EndpointRegistry registry, EndpointStore store, Notices notices,
        CancellationToken cancellationToken)
    {
        var held = await store.OpenDeliveriesAsync(viewer.InstitutionId, IdOf(id), cancellationToken);
        var change = await registry.ResumeAsync(viewer.InstitutionId, IdOf(id), cancellationToken);
        return Answer(id, change, held == 1 ? WebhookTexts.EndpointResumedOne : WebhookTexts.EndpointResumed.With(held), context, notices);
    }

    private static async Task<Results<RedirectHttpResult, NotFound>> RotateSecretAsync(
        string id, Form form, Viewer viewer, HttpContext context, EndpointRegistry registry, Notices notices,
        CancellationToken cancellationToken)
    {
        var overlap = TimeSpan.FromHours(Math.Clamp(form.Number("overlap_hours") ?? 24, 0, 30 * 24));
        var change = await registry.RotateSecretAsync(viewer.InstitutionId, IdOf(id), overlap, cancellationToken);
        if (change is not EndpointChange.Made made)
            return Answer(id, change, "", context, notices);
        notices.Leave(context, new Notice(
            WebhookTexts.SecretRotated.With(overlap.TotalHours), Secret: made.Endpoint.Secrets[0].Secret.Reveal()));
        return TypedResults.LocalRedirect(Words.PathOf(made.Endpoint));
    }

    private static async Task<Results<RedirectHttpResult, NotFound>> TestAsync(
        string id, Form form, Viewer viewer, HttpContext context, Configuration configuration, EventPublisher publisher, Notices notices,
        CancellationToken cancellationToken)
    {
        if (EndpointPages.Find(configuration, viewer, id) is not { } endpoint || !EventTypes.TryFind(form.Text("type"), out var type))
            return TypedResults.NotFound();
        if (!endpoint.IsSentTo)
        {
            notices.Leave(context, new Notice(WebhookTexts.TestNeedsActive, Notice.Warning));
            return TypedResults.LocalRedirect(Words.PathOf(endpoint));
        }

        var published = await publisher.PublishSampleAsync(viewer.Institution!, type, endpoint.Id, cancellationToken);
        if (published is PublishResult.Accepted accepted)
        {
            notices.Leave(context, new Notice(WebhookTexts.TestSent));
            return TypedResults.LocalRedirect($"/webhooks/deliveries?event={PublicId.Format(PublicId.Event, accepted.Id)}&live=1");
        }

        notices.Leave(context, new Notice(WebhookTexts.TestOverloaded, Notice.Warning));
        return TypedResults.LocalRedirect(Words.PathOf(endpoint));
    }

    private static async Task<Results<RedirectHttpResult, NotFound>> DeleteAsync(
        string id, Viewer viewer, HttpContext context, EndpointRegistry registry, Notices notices, CancellationToken cancellationToken)
    {
        if (await registry.DeleteAsync(viewer.InstitutionId, IdOf(id), cancellationToken) is not EndpointChange.Made)
            return TypedResults.NotFound();
        notices.Leave(context, new Notice(WebhookTexts.EndpointDeleted));
        return TypedResults.LocalRedirect("/webhooks/endpoints");
    }

    private static Results<RedirectHttpResult, NotFound> Answer(
        string id, EndpointChange change, string done, HttpContext context, Notices notices)
    {
        if (change is EndpointChange.Unknown)
            return TypedResults.NotFound();
        notices.Leave(context, change switch
        {
            EndpointChange.Impossible impossible => new Notice(Sentences.InPageLanguage(impossible.Sentence), Notice.Danger),
            EndpointChange.Refused refused => new Notice(Sentences.InPageLanguage(refused.Faults[0].Message), Notice.Danger),
            _ => new Notice(done),
        });
        return TypedResults.LocalRedirect($"/webhooks/endpoints/{id}");
    }

    /// <summary>What is no id is the id of nothing.</summary>
    private static Guid IdOf(string id) => PublicId.TryParse(PublicId.Endpoint, id, out var parsed) ? parsed : Guid.Empty;
}
