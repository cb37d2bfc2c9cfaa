namespace Sineta.Delivery.Dispatch;

/// <summary>What an outcome says of the endpoint, as opposed to the one event that was sent.</summary>
public enum EndpointEvidence
{
    /// <summary>It lives: it took the event, or judged it and refused this one (400, 409, 413, 415, 422 …).</summary>
    Healthy,

    /// <summary>It answers, but would refuse any event: a redirect, 401, 403, 404, 405, 407, 410, 421, or 5xx.</summary>
    Failing,

    /// <summary>It cannot keep up or cannot be reached: 408, 425, 429, 503, 504, a timeout, no connection.</summary>
    Overloaded,
}
