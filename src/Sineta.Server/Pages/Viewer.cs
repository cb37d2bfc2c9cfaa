using System.Globalization;
using System.Reflection;
using System.Security.Claims;
using Microsoft.AspNetCore.Authentication.Cookies;
using Sineta.Delivery.Endpoints;
using Sineta.Delivery.Institutions;
using Sineta.Learning.People;

namespace Sineta.Server.Pages;

/// <summary>Who looks at a page.</summary>
/// <param name="Role">One role.</param>
/// <param name="Name">As the page greets them; empty for the operator.</param>
/// <param name="UserId">Null for the operator.</param>
/// <param name="Institution">Whose everything is that the pages show; null for an operator who has not chosen one.</param>
/// <param name="Stamp">What the session carries: it is over once it has to carry another.</param>
public sealed record Viewer(Roles Role, string Name, long? UserId, Institution? Institution, string? Stamp)
{
    private const string StampClaim = "stamp";
    private const string InstitutionClaim = "institution";

    /// <summary>Whose everything is that this person sees; only on routes <see cref="PageAccess.OfAnInstitution"/>.</summary>
    public long InstitutionId => Institution?.Id ?? throw new InvalidOperationException("The route does not ask for an institution.");

    /// <summary>As the audit trail names them.</summary>
    public string Actor => UserId is { } id ? string.Create(CultureInfo.InvariantCulture, $"user {id} ({Name})") : "operator";

    /// <summary>Where this person begins.</summary>
    public string Home => Role switch
    {
        Roles.Learner => Area.Campus.Path,
        Roles.Integrator => Area.Webhooks.Path,
        Roles.Operator when Institution is null => "/institutions",
        _ => Area.Manage.Path,
    };

    public bool Is(Roles roles) => (Role & roles) != Roles.None;

    /// <summary>A user of an institution.</summary>
    public static Viewer Of(User user, Institution institution) => new(
        Enum.Parse<Roles>(user.Role.ToString()), user.Nickname ?? user.Name, user.Id, institution,
        user.SessionStamp.ToString(CultureInfo.InvariantCulture));

    /// <summary>The operator, who has not chosen an institution yet.</summary>
    public static Viewer Of(OperatorKey key) => new(Roles.Operator, "", UserId: null, Institution: null, key.SessionStamp);

    /// <summary>Null where nobody is signed in.</summary>
    public static Viewer? Of(HttpContext context)
    {
        if (context.Features.Get<Viewer>() is { } known)
            return known;
        if (context.User.Identity is not { IsAuthenticated: true })
            return null;
        var viewer = Read(context.User, context.RequestServices.GetRequiredService<Configuration>());
        context.Features.Set(viewer);
        return viewer;
    }

    /// <summary>Of a session that is being looked at.</summary>
    public static Viewer? Of(CookieValidatePrincipalContext context) => context.Principal is { } principal
        ? Read(principal, context.HttpContext.RequestServices.GetRequiredService<Configuration>()) : null;

    public static ValueTask<Viewer?> BindAsync(HttpContext context, ParameterInfo parameter) =>
        new(Of(context) ?? throw new InvalidOperationException("The route does not say whom it admits."));

    /// <summary>What a session keeps of a person.</summary>
    public ClaimsPrincipal ToPrincipal(string scheme)
    {
        var identity = new ClaimsIdentity(scheme, ClaimTypes.Name, ClaimTypes.Role);
        identity.AddClaim(new Claim(ClaimTypes.NameIdentifier, Actor));
        identity.AddClaim(new Claim(ClaimTypes.Name, Name));
        identity.AddClaim(new Claim(ClaimTypes.Role, PageRoles.NameOf(Role)));
        if (UserId is { } user)
            identity.AddClaim(new Claim(ClaimTypes.Sid, user.ToString(CultureInfo.InvariantCulture)));
        if (Institution is not null)
            identity.AddClaim(new Claim(InstitutionClaim, Institution.Id.ToString(CultureInfo.InvariantCulture)));
        if (Stamp is not null)
            identity.AddClaim(new Claim(StampClaim, Stamp));
        return new ClaimsPrincipal(identity);
    }

    private static Viewer Read(ClaimsPrincipal principal, Configuration configuration) => new(
        PageRoles.Parse(principal.FindFirstValue(ClaimTypes.Role)),
        principal.FindFirstValue(ClaimTypes.Name) ?? "",
        Number(principal, ClaimTypes.Sid),
        Number(principal, InstitutionClaim) is { } institution ? configuration.FindInstitution(institution) : null,
        principal.FindFirstValue(StampClaim));

    private static long? Number(ClaimsPrincipal principal, string claim) =>
        long.TryParse(principal.FindFirstValue(claim), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
