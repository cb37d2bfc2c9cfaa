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
        password.MapGet("", Show);
        password.MapPost("", SetAsync);
    }

    /// <summary>The link's path.</summary>
    public static string PathOf(long institution, string token) => $"/password/{institution}/{token}";

    private static Results<RazorComponentResult, NotFound> Show(long institution, string token, Configuration configuration) =>
        configuration.FindInstitution(institution) is null
            ? TypedResults.NotFound() : PasswordPage.Of(new(Form.Of(), PathOf(institution, token)));

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
                await Session.BeginAsync(context, Viewer.Of(made.Value, whose));
                return TypedResults.LocalRedirect("/");
            }

            if (change is Change<User>.Refused refused)
                form.Refuse(refused.Faults);
            else
                form.Refuse("password", Texts.LinkUsed);
        }

        return PasswordPage.Of(new(form, PathOf(institution, token)), StatusCodes.Status422UnprocessableEntity);
    }
}
