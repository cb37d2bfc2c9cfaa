using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Sineta.Cli.Api;

internal sealed record NewInstitution(string Name, string TimeZone);

/// <param name="ApiKey">A key with every scope, shown once.</param>
internal sealed record CreatedInstitution(long Id, string ApiKey);

internal sealed record NewEndpoint(string Url, string Description);

/// <param name="EventTypes">Empty: every type.</param>
/// <param name="Status">unverified, active, paused or disabled.</param>
/// <param name="Secret">Only in the answer that made the endpoint.</param>
internal sealed record EndpointAnswer(
    string Id, Uri Url, string? Description, IReadOnlyList<string> EventTypes, string Status, VerificationAnswer Verification,
    string? Secret = null);

/// <param name="NextCursor">Null on the last page.</param>
internal sealed record EndpointPage(IReadOnlyList<EndpointAnswer> Data, string? NextCursor);

/// <param name="Problem">Why the endpoint is not verified.</param>
internal sealed record VerificationAnswer(string Status, string? Problem);

/// <param name="Type">Whose sample.</param>
internal sealed record EndpointTest(string Type);

/// <summary>What a test sent.</summary>
internal sealed record TestAnswer(string EventId);

internal sealed record Submission(string Type, JsonElement Data, string? OccurredAt = null, string? DedupeKey = null);

/// <param name="Deliveries">How many endpoints get the event.</param>
/// <param name="Duplicate">The same fact was published before; <paramref name="Id"/> is the first one's.</param>
/// <param name="Differs">The first one has other data.</param>
internal sealed record Published(string Id, int Deliveries = 0, bool Duplicate = false, bool Differs = false);

/// <summary>The newest deliveries.</summary>
internal sealed record DeliveryPage(IReadOnlyList<DeliveryAnswer> Data);

/// <param name="Status">pending, held, delivered or failed.</param>
/// <param name="NextAttemptAt">Null once it has ended.</param>
internal sealed record DeliveryAnswer(
    string Id, string Type, string Status, int AttemptCount, DateTimeOffset CreatedAt, DateTimeOffset? NextAttemptAt,
    AttemptAnswer? LastAttempt);

/// <param name="Status">Of HTTP, where an answer came.</param>
internal sealed record AttemptAnswer(DateTimeOffset At, int? Status, string? Problem, double? DurationMs);

/// <param name="Missed">How many attempts were left out; null where that is not known.</param>
internal sealed record GapAnswer(long? Missed);

/// <param name="Id">The delivery that goes out: another one where the first had ended.</param>
internal sealed record ResendAnswer(string Id);

/// <summary>An error of the API, RFC 9457.</summary>
internal sealed record ProblemAnswer(string? Title, string? Detail, IReadOnlyList<ProblemFault>? Errors = null);

internal sealed record ProblemFault(string Pointer, string Message);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(JsonObject))]
[JsonSerializable(typeof(JsonElement))]
[JsonSerializable(typeof(NewInstitution))]
[JsonSerializable(typeof(CreatedInstitution))]
[JsonSerializable(typeof(NewEndpoint))]
[JsonSerializable(typeof(EndpointAnswer))]
[JsonSerializable(typeof(EndpointPage))]
[JsonSerializable(typeof(EndpointTest))]
[JsonSerializable(typeof(TestAnswer))]
[JsonSerializable(typeof(Submission))]
[JsonSerializable(typeof(Published))]
[JsonSerializable(typeof(DeliveryPage))]
[JsonSerializable(typeof(DeliveryAnswer))]
[JsonSerializable(typeof(GapAnswer))]
[JsonSerializable(typeof(ResendAnswer))]
[JsonSerializable(typeof(ProblemAnswer))]
internal sealed partial class ApiJson : JsonSerializerContext;
