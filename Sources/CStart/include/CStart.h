/// The start of the program `zoo`, before its libraries begin. There is nothing to call.
#pragma once
