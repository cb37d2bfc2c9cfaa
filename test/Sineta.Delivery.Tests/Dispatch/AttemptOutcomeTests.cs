using System.Net;
using Sineta.Delivery.Dispatch;

namespace Sineta.Delivery.Tests.Dispatch;

public sealed class AttemptOutcomeTests
{
    [Theory]
    [InlineData(301, EndpointEvidence.Failing)]
    [InlineData(302, EndpointEvidence.Failing)]
    [InlineData(400, EndpointEvidence.Healthy)]
    [InlineData(401, EndpointEvidence.Failing)]
    [InlineData(403, EndpointEvidence.Failing)]
    [InlineData(404, EndpointEvidence.Failing)]
    [InlineData(405, EndpointEvidence.Failing)]
    [InlineData(408, EndpointEvidence.Overloaded)]
    [InlineData(409, EndpointEvidence.Healthy)]
    [InlineData(410, EndpointEvidence.Failing)]
    [InlineData(413, EndpointEvidence.Healthy)]
    [InlineData(422, EndpointEvidence.Healthy)]
    [InlineData(429, EndpointEvidence.Overloaded)]
    [InlineData(500, EndpointEvidence.Failing)]
    [InlineData(502, EndpointEvidence.Failing)]
    [InlineData(503, EndpointEvidence.Overloaded)]
    [InlineData(504, EndpointEvidence.Overloaded)]
    public void A_refusal_speaks_of_the_event_or_of_the_endpoint(int status, EndpointEvidence evidence) =>
        Assert.Equal(evidence, new AttemptOutcome.Refused((HttpStatusCode)status, null).Evidence);

    [Fact]
    public void A_delivery_speaks_for_the_endpoint_and_silence_against_it()
    {
        Assert.Equal(EndpointEvidence.Healthy, new AttemptOutcome.Delivered(HttpStatusCode.OK).Evidence);
        Assert.Equal(EndpointEvidence.Overloaded, new AttemptOutcome.Unreachable(UnreachableReason.ConnectRefused, "").Evidence);
    }
}
