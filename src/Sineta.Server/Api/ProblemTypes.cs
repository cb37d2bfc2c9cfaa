namespace Sineta.Server.Api;

/// <summary>Every kind of problem that the API answers with.</summary>
public static class ProblemTypes
{
    public static readonly ProblemType InvalidRequest = new("invalid-request", 400, "The request cannot be read",
        "The HTTP request itself, a query parameter or a header of it is faulty. Where it is a parameter, errors name each.");

    public static readonly ProblemType InvalidJson = new("invalid-json", 400, "The body is not JSON",
        "The body is empty, cut off, too deep, no UTF-8, or is no JSON otherwise. The detail says where it breaks.");

    public static readonly ProblemType Unauthorized = new("unauthorized", 401, "A key is needed",
        "Send a key of your institution as 'Authorization: Bearer sk_…'. A key that was revoked is refused from then on.");

    public static readonly ProblemType Forbidden = new("forbidden", 403, "The key does not open this",
        "The key is good, but has none of the scopes that the route asks for. Make another with POST /v1/api-keys.");

    public static readonly ProblemType NotFound = new("not-found", 404, "There is nothing here",
        "No such route, or your institution has no such thing. What belongs to another institution is not found either.");

    public static readonly ProblemType MethodNotAllowed = new("method-not-allowed", 405, "The method is not for this route",
        "The Allow header names the methods that are.");

    public static readonly ProblemType IdempotencyKeyReused = new("idempotency-key-reused", 409, "The Idempotency-Key came before",
        "A key stands for one request for 7 days. This one came with another body: use a new key for a new request.");

    public static readonly ProblemType Conflict = new("conflict", 409, "Its state does not allow it",
        "The request is right, but not now. The detail says what has to be done first.");

    public static readonly ProblemType Unconfirmed = new("unconfirmed", 409, "It completes something for learners",
        "Nothing was changed. completions says for how many learners it would complete a course or a trail, with an event each: "
        + "ask again with ?confirm_completions= and that number.");

    public static readonly ProblemType TooLarge = new("too-large", 413, "The body is too large",
        "An event is at most 256 KiB; a batch has at most 1,000 events and 16 MiB; a file as much as its kind may have.");

    public static readonly ProblemType UnsupportedMediaType = new("unsupported-media-type", 415, "The body is of a kind that is not taken",
        "Send 'Content-Type: application/json', in UTF-8 and without a Content-Encoding; with a file its own media type, one of those "
        + "that are taken.");

    public static readonly ProblemType InvalidEvent = new("invalid-event", 422, "The event breaks its contract",
        "Nothing was stored. The errors name every fault by JSON pointer; GET /v1/event-types/{slug} has the schema and a sample.");

    public static readonly ProblemType InvalidBody = new("invalid-body", 422, "The body has faults",
        "Nothing was changed. The errors name every fault by JSON pointer.");

    public static readonly ProblemType TooManyListeners = new("too-many-listeners", 429, "As many listen as may",
        "An institution may have some streams open at a time on each server, 20 unless the operator says otherwise. Close one of them.");

    public static readonly ProblemType TooBroad = new("too-broad", 503, "The search takes too long",
        "Too much is to be looked through for an answer in time. Narrow the filter: a shorter time (from, to) or one endpoint helps most.");

    public static readonly ProblemType Internal = new("internal", 500, "Something broke on our side",
        "It is in the server's log. An event that was not answered 200 or 202 may still be stored: publish it again, it is kept once.");

    public static readonly ProblemType Overloaded = new("overloaded", 503, "The server is busy",
        "More comes than can be stored, or the database is away for a moment. Try again after Retry-After, with the same Idempotency-Key.");

    public static IReadOnlyList<ProblemType> All { get; } =
    [
        InvalidRequest, InvalidJson, Unauthorized, Forbidden, NotFound, MethodNotAllowed, IdempotencyKeyReused, Conflict, Unconfirmed,
        TooLarge, UnsupportedMediaType, InvalidEvent, InvalidBody, TooManyListeners, Internal, Overloaded, TooBroad,
    ];

    /// <summary>The kind for an answer of which only the status is known.</summary>
    public static ProblemType OfStatus(int status) => status switch
    {
        401 => Unauthorized,
        403 => Forbidden,
        404 => NotFound,
        405 => MethodNotAllowed,
        413 => TooLarge,
        415 => UnsupportedMediaType,
        503 => Overloaded,
        < 500 => InvalidRequest with { Status = status },
        _ => Internal with { Status = status },
    };
}
