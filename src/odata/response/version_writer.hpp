// Facts about a version of a record's tokens, as members of the JSON object that is open.
#pragma once

#include "messages/token_version_reply.hpp"
#include "odata/json/json_writer.hpp"

namespace rookery::odata {

void write_version(JsonWriter& json, const messages::VersionFacts& version);
void write_rotation(JsonWriter& json, const messages::RotationFacts& rotation);

}  // namespace rookery::odata
