using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Sineta.Delivery.Endpoints;
using Sineta.Delivery.Institutions;
using Sineta.Events;
using Sineta.Server.Api;

namespace Sineta.Server.Pages.Sessions;

/// <summary>Where the operator makes and changes institutions, and chooses whose pages to look at.</summary>
internal static class InstitutionPages
{
    private const int PageSize = 50;

    public static void Map(RouteGroupBuilder pages)
    {
        var institutions = pages.MapGroup("/institutions").Admits(Roles.Operator);
        institutions.MapGet("", ListAsync);
        institutions.MapPost("", CreateAsync);
        institutions.MapPost("/{id:long}", ChooseAsync);
        institutions.MapGet("/{id:long}/settings", Settings);
        institutions.MapPost("/{id:long}/settings", ChangeAsync);
    }

    public static string SettingsOf(Institution institution) => string.Create(
        CultureInfo.InvariantCulture, $"/institutions/{institution.Id}/settings");

    private static Task<RazorComponentResult> ListAsync(
        string? returnUrl, string? after, InstitutionStore institutions, CancellationToken cancellationToken) =>
        PageAsync(Form.Of(("time_zone", InstitutionClock.DefaultZone)), returnUrl, after, institutions, cancellationToken);

    private static async Task<RazorComponentResult> PageAsync(
        Form form, string? returnUrl, string? after, InstitutionStore institutions, CancellationToken cancellationToken)
    {
        var from = long.TryParse(after, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0;
        var rows = await institutions.ListAsync(from, PageSize + 1, cancellationToken);
        var next = rows.Count > PageSize ? rows[PageSize - 1].Id.ToString(CultureInfo.InvariantCulture) : null;
        return InstitutionsPage.Of(
            new([.. rows.Take(PageSize)], next, returnUrl, form),
            form.HasFaults ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK);
    }

    private static async Task<IResult> CreateAsync(
        Form form, Viewer viewer, HttpContext context, InstitutionStore institutions, Configuration configuration, Notices notices,
        CancellationToken cancellationToken)
    {
        if (await ReadAsync(form, institutions, cancellationToken) is not { } asked)
            return await PageAsync(form, form.TextOrNull("returnUrl"), after: null, institutions, cancellationToken);
        var issued = await institutions.CreateAsync(asked.Name!, asked.TimeZone, cancellationToken);
        await configuration.CatchUpAsync(issued.Version, cancellationToken);
        await Session.BeginAsync(context, viewer with { Institution = issued.Key.Institution });
        notices.Leave(context, new Notice(Texts.InstitutionMade.With(issued.Key.Institution.Name), Secret: issued.Token));
        return TypedResults.LocalRedirect(LocalUrl.OrElse(form.TextOrNull("returnUrl"), "/"));
    }

    private static Results<RazorComponentResult, NotFound> Settings(long id, Configuration configuration) =>
        configuration.FindInstitution(id) is { } institution
            ? InstitutionPage.Of(new(institution, Form.Of(("name", institution.Name), ("time_zone", institution.TimeZone))))
            : TypedResults.NotFound();

    private static async Task<IResult> ChangeAsync(
        long id, Form form, HttpContext context, InstitutionStore institutions, Configuration configuration, Notices notices,
        CancellationToken cancellationToken)
    {
        if (configuration.FindInstitution(id) is not { } institution)
            return TypedResults.NotFound();
        if (await ReadAsync(form, institutions, cancellationToken) is not { } asked)
            return InstitutionPage.Of(new(institution, form), StatusCodes.Status422UnprocessableEntity);
        if (await institutions.ChangeAsync(id, asked.Name, asked.TimeZone, cancellationToken) is not { } version)
            return TypedResults.NotFound();
        await configuration.CatchUpAsync(version, cancellationToken);
        notices.Leave(context, new Notice(Texts.InstitutionChanged.With(asked.Name!)));
        return TypedResults.LocalRedirect("/institutions");
    }

    /// <summary>What was typed; null where it cannot be, and the form says why.</summary>
    private static async Task<InstitutionsApi.InstitutionRequest?> ReadAsync(
        Form form, InstitutionStore institutions, CancellationToken cancellationToken)
    {
        var asked = new InstitutionsApi.InstitutionRequest { Name = form.Text("name"), TimeZone = form.Text("time_zone") };
        form.Refuse(await asked.FaultsAsync(institutions, cancellationToken));
        return form.HasFaults ? null : asked;
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

/// <param name="Form">What of it is to be changed.</param>
public sealed record InstitutionModel(Institution Institution, Form Form);

/// <param name="Next">After which the next page begins; null on the last.</param>
/// <param name="ReturnUrl">Where to, once one is chosen.</param>
/// <param name="Form">A new one.</param>
public sealed record InstitutionsModel(IReadOnlyList<Institution> Institutions, string? Next, string? ReturnUrl, Form Form);
