/// What the program `zoo` does before its libraries begin. There is nothing to call.
#pragma once
