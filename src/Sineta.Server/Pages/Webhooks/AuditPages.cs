using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Sineta.Delivery.Institutions;
using Sineta.Server.Pages.Campus;

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
        AuditedChange.EndpointDisabled => WebhookTexts.AuditEndpointDisabled,
        AuditedChange.ApiKeyCreated => WebhookTexts.AuditApiKeyCreated,
        AuditedChange.ApiKeyRevoked => WebhookTexts.AuditApiKeyRevoked,
        AuditedChange.DeliveryResent => WebhookTexts.AuditDeliveryResent,
        AuditedChange.ReplayStarted => WebhookTexts.AuditReplayStarted,
        AuditedChange.ReplayCancelled => WebhookTexts.AuditReplayCancelled,
        AuditedChange.PasswordLinksIssued => WebhookTexts.AuditPasswordLinksIssued,
        AuditedChange.UserRoleGiven => WebhookTexts.AuditUserRoleGiven,
        AuditedChange.UserRemoved => WebhookTexts.AuditUserRemoved,
        AuditedChange.CertificateRevoked => WebhookTexts.AuditCertificateRevoked,
        AuditedChange.CertificateReissued => WebhookTexts.AuditCertificateReissued,
        AuditedChange.InstitutionChanged => WebhookTexts.AuditInstitutionChanged,
        _ => what,
    };

    /// <summary>Who did it, in the page's language.</summary>
    public static string WhoOf(string who) => who switch
    {
        Actor.Program => WebhookTexts.AuditProgram,
        "operator" => Texts.OperatorName,
        _ when who.StartsWith("user ", StringComparison.Ordinal) => WebhookTexts.AuditUser.With(who["user ".Length..]),
        _ when who.StartsWith("api key ", StringComparison.Ordinal) => WebhookTexts.AuditApiKey.With(who["api key ".Length..]),
        _ => who,
    };

    /// <summary>What of the subject; what Sineta itself says, in the page's language.</summary>
    public static string? DetailOf(AuditEntry entry) =>
        entry is { What: AuditedChange.EndpointDisabled, Detail: { } reason } ? Sentences.InPageLanguage(reason) : entry.Detail;

    /// <summary>Where the subject is shown; null where it has no page.</summary>
    public static string? PathOf(AuditEntry entry) => entry.What.Split('.')[0] switch
    {
        _ when entry.What == AuditedChange.EndpointDeleted => null,
        "endpoint" => $"/webhooks/endpoints/{entry.Subject}",
        "delivery" => $"/webhooks/deliveries/{entry.Subject}",
        "replay" => $"/webhooks/replays/{entry.Subject}",
        "certificate" => VerifyPages.PathOf(entry.Subject),
        _ => null,
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
