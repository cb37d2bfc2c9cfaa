using Microsoft.AspNetCore.Http.HttpResults;
using Sineta.Delivery.Endpoints;
using Sineta.Learning;
using Sineta.Learning.People;

namespace Sineta.Server.Pages.Sessions;

/// <summary>Where a link that a manager issued leads: a person chooses a password, and is signed in.</summary>
internal static class PasswordPages
{
    public static void Map(RouteGroupBuilder pages)
    {
        var password = pages.MapGroup("/password/{institution:long}/{token}");
        password.MapGet("", ShowAsync);
        password.MapPost("", SetAsync);
    }

    /// <summary>The link's path.</summary>
    public static string PathOf(long institution, string token) => $"/password/{institution}/{token}";

    private static async Task<Results<RazorComponentResult, NotFound>> ShowAsync(
        long institution, string token, UserAccounts accounts, Configuration configuration, CancellationToken cancellationToken)
    {
        if (configuration.FindInstitution(institution) is null)
            return TypedResults.NotFound();
        var isOpen = await accounts.IsResetOpenAsync(institution, token, cancellationToken);
        return PasswordPage.Of(new(Form.Of(), isOpen ? PathOf(institution, token) : null));
    }

    private static async Task<Results<RedirectHttpResult, RazorComponentResult, NotFound>> SetAsync(
        long institution, string token, Form form, HttpContext context, UserAccounts accounts, Configuration configuration,
        CancellationToken cancellationToken)
    {
        if (configuration.FindInstitution(institution) is not { } whose)
            return TypedResults.NotFound();
        if (form.Raw("again") != form.Raw("password"))
            form.Refuse("again", Texts.PasswordsDiffer);
        if (!form.HasFaults)
        {
            var change = await accounts.SetPasswordAsync(whose, token, form.Raw("password"), cancellationToken);
            if (change is Change<User>.Made made)
            {
                var viewer = Viewer.Of(made.Value, whose);
                await Session.BeginAsync(context, viewer);
                return TypedResults.LocalRedirect(viewer.Home);
            }

            if (change is not Change<User>.Refused refused)
                return PasswordPage.Of(new(form, Action: null), StatusCodes.Status422UnprocessableEntity);
            form.Refuse(refused.Faults);
        }

        return PasswordPage.Of(new(form, PathOf(institution, token)), StatusCodes.Status422UnprocessableEntity);
    }
}
