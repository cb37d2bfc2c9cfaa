using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Sineta.Delivery.Institutions;
using Sineta.Learning.People;

namespace Sineta.Server.Pages.Sessions;

/// <summary>A person's session: a cookie that only this server reads. It lasts for a working day after its last use.</summary>
internal static class Session
{
    public const string SignInPath = "/sign-in";
    private static readonly TimeSpan Recheck = TimeSpan.FromMinutes(1);
    private const string Scheme = CookieAuthenticationDefaults.AuthenticationScheme;

    public static void Configure(CookieAuthenticationOptions options)
    {
        options.Cookie = Cookies.Own("sineta.session", CookieSecurePolicy.SameAsRequest);
        options.ExpireTimeSpan = TimeSpan.FromHours(10);
        options.SlidingExpiration = true;
        options.Events.OnValidatePrincipal = RecheckAsync;
        options.Events.OnRedirectToLogin = static context => AskToSignIn(context.HttpContext);
        options.Events.OnRedirectToAccessDenied = static context =>
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return Task.CompletedTask;
        };
    }

    public static Task BeginAsync(HttpContext context, Viewer viewer) => context.SignInAsync(Scheme, viewer.ToPrincipal(Scheme));

    /// <summary>Has a session name its person otherwise. It is looked at again when it would have been.</summary>
    public static async Task RenameAsync(HttpContext context, Viewer viewer)
    {
        var present = await context.AuthenticateAsync(Scheme);
        await context.SignInAsync(
            Scheme, viewer.ToPrincipal(Scheme), new AuthenticationProperties { IssuedUtc = present.Properties?.IssuedUtc });
    }

    public static Task EndAsync(HttpContext context) => context.SignOutAsync(Scheme);

    /// <summary>
    /// Looks whether the session is still good: the operator's at every request, which costs nothing; a user's once a minute, which reads
    /// the user.
    /// </summary>
    private static async Task RecheckAsync(CookieValidatePrincipalContext context)
    {
        var services = context.HttpContext.RequestServices;
        if (Viewer.Of(context) is not { } viewer)
            return;
        if (viewer.Is(Roles.Operator))
        {
            if (viewer.Stamp is null || viewer.Stamp != services.GetRequiredService<OperatorKey>().SessionStamp)
                context.RejectPrincipal();
        }
        else if (services.GetRequiredService<TimeProvider>().GetUtcNow() - context.Properties.IssuedUtc >= Recheck)
        {
            context.ShouldRenew = await IsStillAsync(viewer, services.GetRequiredService<UserStore>(), context.HttpContext.RequestAborted);
            if (!context.ShouldRenew)
                context.RejectPrincipal();
        }
    }

    private static async Task<bool> IsStillAsync(Viewer viewer, UserStore users, CancellationToken cancellationToken) =>
        viewer is { UserId: { } user, Institution: { } whose }
        && await users.FindAsync(whose.Id, user, cancellationToken) is { } found
        && Viewer.Of(found, whose) is var now && (now.Role, now.Stamp) == (viewer.Role, viewer.Stamp);

    /// <summary>What htmx asks for would put the sign-in into the middle of a page: it is told to load it.</summary>
    private static Task AskToSignIn(HttpContext context)
    {
        var lost = context.Request.Cookies.ContainsKey("sineta.session") || !HttpMethods.IsGet(context.Request.Method);
        var address = LocalUrl.With(SignInPath, "returnUrl", LocalUrl.Of(context.Request));
        address = LocalUrl.With(address, "lost", lost ? "1" : null);
        if (context.Request.Headers.ContainsKey("HX-Request"))
        {
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            context.Response.Headers["HX-Redirect"] = address;
        }
        else
        {
            context.Response.Redirect(address);
        }

        return Task.CompletedTask;
    }
}
