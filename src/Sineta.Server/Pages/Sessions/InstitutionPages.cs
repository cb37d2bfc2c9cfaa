using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Sineta.Delivery.Endpoints;
using Sineta.Delivery.Institutions;

namespace Sineta.Server.Pages.Sessions;

/// <summary>Where the operator chooses whose pages to look at.</summary>
internal static class InstitutionPages
{
    private const int PageSize = 50;

    public static void Map(RouteGroupBuilder pages)
    {
        var institutions = pages.MapGroup("/institutions").Admits(Roles.Operator);
        institutions.MapGet("", ListAsync);
        institutions.MapPost("/{id:long}", ChooseAsync);
    }

    private static async Task<RazorComponentResult> ListAsync(
        string? returnUrl, string? after, InstitutionStore institutions, CancellationToken cancellationToken)
    {
        var from = long.TryParse(after, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0;
        var rows = await institutions.ListAsync(from, PageSize + 1, cancellationToken);
        var next = rows.Count > PageSize ? rows[PageSize - 1].Id.ToString(CultureInfo.InvariantCulture) : null;
        return InstitutionsPage.Of(new([.. rows.Take(PageSize)], next, returnUrl));
    }

    private static async Task<IResult> ChooseAsync(long id, Form form, Viewer viewer, HttpContext context, Configuration configuration)
    {
        if (configuration.FindInstitution(id) is not { } chosen)
            return TypedResults.NotFound();
        var looking = viewer with { Institution = chosen };
        await Session.BeginAsync(context, looking);
        return TypedResults.LocalRedirect(LocalUrl.OrHome(form.TextOrNull("returnUrl"), looking));
    }
}

/// <param name="Next">After which the next page begins; null on the last.</param>
/// <param name="ReturnUrl">Where to, once one is chosen.</param>
public sealed record InstitutionsModel(IReadOnlyList<Institution> Institutions, string? Next, string? ReturnUrl);
