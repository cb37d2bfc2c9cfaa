using Microsoft.AspNetCore.Http.HttpResults;
using Sineta.Learning;
using Sineta.Learning.Trails;

namespace Sineta.Server.Pages.Campus;

/// <summary>Trails, and one's way through them.</summary>
internal static class TrailPages
{
    private const int PageSize = 50;

    public static void Map(RouteGroupBuilder campus)
    {
        var trails = campus.MapGroup("/trails");
        trails.MapGet("", ListAsync);
        trails.MapGet("/{id:long}", ShowAsync);
        trails.MapPost("/{id:long}/participants", JoinAsync);
    }

    private static async Task<RazorComponentResult> ListAsync(
        long? after, Viewer viewer, TrailStore trails, TrailProgress progress, CancellationToken cancellationToken)
    {
        var open = await trails.ListAsync(viewer.InstitutionId, TrailStatus.Published, after ?? 0, PageSize + 1, cancellationToken);
        var joined = await progress.OfLearnerAsync(viewer.InstitutionId, viewer.LearnerId, cancellationToken);
        var others = open.Take(PageSize).Where(t => joined.All(j => j.TrailId != t.Id));
        return TrailsPage.Of(new(after is null ? joined : [], [.. others], open.Count > PageSize ? open[PageSize - 1].Id : null));
    }

    private static async Task<Results<RazorComponentResult, NotFound>> ShowAsync(
        long id, Viewer viewer, TrailStore trails, TrailProgress progress, CancellationToken cancellationToken)
    {
        if (await trails.FindAsync(viewer.InstitutionId, id, cancellationToken) is not { } trail)
            return TypedResults.NotFound();
        var joined = await progress.OfLearnerAsync(viewer.InstitutionId, viewer.LearnerId, cancellationToken);
        var own = joined.FirstOrDefault(j => j.TrailId == id);
        if (trail.Status is not TrailStatus.Published && own is null)
            return TypedResults.NotFound();
        return TrailPage.Of(new(trail, await progress.StepsAsync(viewer.InstitutionId, trail, viewer.LearnerId, cancellationToken), own));
    }

    private static async Task<IResult> JoinAsync(
        long id, Viewer viewer, HttpContext context, JoinTrail join, Notices notices, CancellationToken cancellationToken)
    {
        switch (await join.RunAsync(viewer.School, id, viewer.LearnerId, cancellationToken))
        {
            case Change<TrailParticipation>.Made(var joined):
                notices.Leave(context, new Notice(joined.FinishedAt is null ? CampusTexts.TrailJoined : CampusTexts.TrailJoinedFinished));
                return TypedResults.LocalRedirect(CampusPages.Trail(id));
            case Change<TrailParticipation>.Unknown:
                return TypedResults.NotFound();
            default:
                notices.Leave(context, new Notice(CampusTexts.TrailClosed, Notice.Warning));
                return TypedResults.LocalRedirect(CampusPages.Trails);
        }
    }
}

/// <param name="Joined">The learner's own.</param>
/// <param name="Others">What can be joined.</param>
/// <param name="Last">After which the next page begins; null on the last page.</param>
public sealed record TrailsModel(IReadOnlyList<TrailParticipation> Joined, IReadOnlyList<Trail> Others, long? Last);

/// <param name="Own">Null where the learner has not joined it.</param>
public sealed record TrailModel(Trail Trail, IReadOnlyList<TrailStep> Steps, TrailParticipation? Own)
{
    public int Required => Steps.Count(s => s.Item.Required);

    public int Done => Steps.Count(s => s.Item.Required && s.IsDone);

    /// <summary>Where the learner is: the first step that is not done.</summary>
    public TrailStep? Current => Steps.FirstOrDefault(s => !s.IsDone && s.Item.IsOpen);
}
