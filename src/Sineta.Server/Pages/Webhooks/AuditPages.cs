using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Sineta.Delivery.Institutions;

namespace Sineta.Server.Pages.Webhooks;

/// <summary>Who changed what.</summary>
internal static class AuditPages
{
    private const int PageSize = 50;

    public static void Map(RouteGroupBuilder audit) => audit.MapGet("", ListAsync);

    /// <summary>A change in the page's language.</summary>
    public static string NameOf(string what) => what switch
    {
        AuditedChange.EndpointCreated => WebhookTexts.AuditEndpointCreated,
        AuditedChange.EndpointChanged => WebhookTexts.AuditEndpointChanged,
        AuditedChange.EndpointPaused => WebhookTexts.AuditEndpointPaused,
        AuditedChange.EndpointResumed => WebhookTexts.AuditEndpointResumed,
        AuditedChange.EndpointSecretRotated => WebhookTexts.AuditEndpointSecretRotated,
        AuditedChange.EndpointVerified => WebhookTexts.AuditEndpointVerified,
        AuditedChange.EndpointNotVerified => WebhookTexts.AuditEndpointNotVerified,
        AuditedChange.EndpointDeleted => WebhookTexts.AuditEndpointDeleted,
        AuditedChange.ApiKeyCreated => WebhookTexts.AuditApiKeyCreated,
        AuditedChange.ApiKeyRevoked => WebhookTexts.AuditApiKeyRevoked,
        _ => what,
    };

    private static async Task<RazorComponentResult> ListAsync(
        string? before, Viewer viewer, AuditTrail trail, CancellationToken cancellationToken)
    {
        var from = long.TryParse(before, NumberStyles.None, CultureInfo.InvariantCulture, out var position) ? position : (long?)null;
        var rows = await trail.ReadAsync(viewer.InstitutionId, from, PageSize + 1, cancellationToken);
        var next = rows.Count > PageSize ? rows[PageSize - 1].Id.ToString(CultureInfo.InvariantCulture) : null;
        return AuditPage.Of(new([.. rows.Take(PageSize)], next, IsFirst: from is null));
    }
}

public sealed record AuditModel(IReadOnlyList<AuditEntry> Entries, string? Next, bool IsFirst);
