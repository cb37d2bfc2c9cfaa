using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Sineta.Delivery.Endpoints;
using Sineta.Delivery.Institutions;
using Sineta.Events;
using Sineta.Server.Api.Description;

namespace Sineta.Server.Api;

/// <summary>Institutions, which only the operator makes and changes.</summary>
public static class InstitutionsApi
{
    private const string List = "institutions";
    private const int MaxName = 255;
    private const string ZonePointer = "/time_zone";
    private const string NoZone = "Must be an IANA time zone, such as America/Sao_Paulo.";

    public static void Map(RouteGroupBuilder v1)
    {
        var institutions = v1.MapGroup("/institutions").WithTags("Institutions").RequiresOperator();
        institutions.MapPost("", CreateAsync).Accepts<InstitutionRequest>("application/json")
            .WithName("createInstitution").WithSummary("Make an institution")
            .WithDescription("The answer has its first key, with every scope, which is never shown again.");
        institutions.MapGet("", ListAsync).TakesPage().WithName("listInstitutions").WithSummary("List institutions");
        institutions.MapGet("/{id}", Find).WithName("getInstitution").WithSummary("Get an institution");
        institutions.MapPatch("/{id}", UpdateAsync).Accepts<InstitutionRequest>("application/json")
            .WithName("updateInstitution").WithSummary("Change an institution")
            .WithDescription("What is not given stays. Events that were accepted before keep the times that they have.");
    }

    private static async Task<Results<Created<NewInstitutionBody>, ProblemResult>> CreateAsync(
        JsonBody body, InstitutionStore institutions, Configuration configuration, CancellationToken cancellationToken)
    {
        if (!body.TryRead<InstitutionRequest>(r => r.Faults(), out var request, out var refusal))
            return refusal;
        if (await request.FaultsAsync(institutions, cancellationToken) is { Count: > 0 } faults)
            return ProblemTypes.InvalidBody.With("The institution cannot be made.", faults);
        var issued = await institutions.CreateAsync(request.Name!, request.TimeZone, cancellationToken);
        await configuration.CatchUpAsync(issued.Version, cancellationToken);
        var made = issued.Key.Institution;
        return TypedResults.Created((string?)null, new NewInstitutionBody(made.Id, made.Name, made.TimeZone, made.CreatedAt, issued.Token));
    }

    private static async Task<Results<Ok<Page<InstitutionBody>>, ProblemResult>> ListAsync(
        HttpRequest request, InstitutionStore institutions, CancellationToken cancellationToken)
    {
        var query = new QueryReader(request.Query);
        var (limit, after) = (query.Limit(), query.Cursor<long>(List) ?? 0);
        if (query.Refusal() is { } refusal)
            return refusal;
        var rows = await institutions.ListAsync(after, limit + 1, cancellationToken);
        return TypedResults.Ok(Page.Of(
            rows, limit, List, i => i.Id.ToString(CultureInfo.InvariantCulture), InstitutionBody.Of));
    }

    private static Results<Ok<InstitutionBody>, ProblemResult> Find(string id, Configuration configuration) =>
        configuration.FindInstitution(ChangeAnswers.IdOf(id)) is { } institution ? TypedResults.Ok(InstitutionBody.Of(institution)) : Unknown();

    private static async Task<Results<Ok<InstitutionBody>, ProblemResult>> UpdateAsync(
        string id, JsonBody body, InstitutionStore institutions, Configuration configuration, CancellationToken cancellationToken)
    {
        if (!body.TryReadPatch<InstitutionRequest>(r => r.Faults(), out var patch, out var refusal))
            return refusal;
        var all = await patch.FaultsAsync(institutions, cancellationToken);
        if (all.Where(f => body.Gives(f.Pointer[1..])).ToList() is { Count: > 0 } faults)
            return ProblemTypes.InvalidBody.With("The institution cannot be so.", faults);
        var (name, timeZone) = (body.Gives("name") ? patch.Name : null, body.Gives("time_zone") ? patch.TimeZone : null);
        if (await institutions.ChangeAsync(ChangeAnswers.IdOf(id), name, timeZone, cancellationToken) is not { } version)
            return Unknown();
        await configuration.CatchUpAsync(version, cancellationToken);
        return Find(id, configuration);
    }

    private static ProblemResult Unknown() => ProblemTypes.NotFound.With("There is no such institution.");

    /// <summary>An institution to be made, or what of it is to be changed.</summary>
    public sealed record InstitutionRequest
    {
        [Required, MaxLength(MaxName)]
        public string? Name { get; init; }

        /// <summary>An IANA zone, such as America/Manaus.</summary>
        [DefaultValue(InstitutionClock.DefaultZone)]
        public string TimeZone { get; init; } = InstitutionClock.DefaultZone;

        /// <summary>Those that only the database knows of as well.</summary>
        internal async Task<List<Fault>> FaultsAsync(InstitutionStore institutions, CancellationToken cancellationToken)
        {
            var faults = Faults();
            if (faults.All(static f => f.Pointer != ZonePointer) && !await institutions.KnowsTimeZoneAsync(TimeZone, cancellationToken))
                faults.Add(new(ZonePointer, NoZone));
            return faults;
        }

        internal List<Fault> Faults()
        {
            List<Fault> faults = [];
            if (NameRules.FaultOf(Name, MaxName) is { } fault)
                faults.Add(new("/name", fault));
            if (!InstitutionClock.TryFind(TimeZone, out _))
                faults.Add(new(ZonePointer, NoZone));
            return faults;
        }
    }

    public sealed record InstitutionBody(long Id, string Name, string TimeZone, DateTimeOffset CreatedAt)
    {
        internal static InstitutionBody Of(Institution institution) =>
            new(institution.Id, institution.Name, institution.TimeZone, institution.CreatedAt);
    }

    /// <param name="ApiKey">Its first key, with every scope. It is never shown again.</param>
    public sealed record NewInstitutionBody(long Id, string Name, string TimeZone, DateTimeOffset CreatedAt, string ApiKey);
}
